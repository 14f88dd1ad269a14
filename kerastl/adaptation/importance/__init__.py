"""Weights that make source examples stand for the target."""
