"""A local page on which a person tries a model and corrects its answers."""
