"""Train a model on a source while a method adapts it to a target."""
