"""What a training step costs."""

COST_OF_TRAINING = 3.0
"""Forward passes that a training step costs: one forward, and a backward that costs two."""
