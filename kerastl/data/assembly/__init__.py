"""Check the examples of a source, split them and make a `Dataset`."""
