"""Losses that make source and target features alike."""
