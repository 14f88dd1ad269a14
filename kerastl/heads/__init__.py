"""Layers on top of a backbone that all tasks share."""
