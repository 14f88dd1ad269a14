"""Methods of domain adaptation, one class per file."""
