"""Train a model on a labelled source while a method adapts it to a target."""
