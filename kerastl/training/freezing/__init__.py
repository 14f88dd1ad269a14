"""Freeze stages, divide a model after its frozen stages, and add low-rank matrices."""
