"""Give each example one class."""
