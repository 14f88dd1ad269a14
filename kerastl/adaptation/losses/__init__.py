"""Losses that align source and target features."""
