"""Load a bundle for a command, and print what it predicts."""
