"""The training loop, and the callbacks that measure and keep weights."""
