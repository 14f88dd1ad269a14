"""Give each example any number of labels."""
