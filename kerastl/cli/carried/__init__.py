"""Files that the wheel carries: complete programs, and receivers of bundles."""
