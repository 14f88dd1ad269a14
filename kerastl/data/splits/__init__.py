"""Splits of examples, and how they are divided, sampled and joined."""
