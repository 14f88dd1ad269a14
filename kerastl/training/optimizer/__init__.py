"""The optimizer, and learning rates over time."""
