"""Loss functions and metrics."""
