"""The training loop, and the callbacks that measure the model and select weights."""
