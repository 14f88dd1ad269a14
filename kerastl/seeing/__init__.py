"""Pages and drawings: the data before training, the training, and the mistakes after it."""
