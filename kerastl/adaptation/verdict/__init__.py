"""The verdict of an adaptation: whether it helped, assessed without target labels."""
