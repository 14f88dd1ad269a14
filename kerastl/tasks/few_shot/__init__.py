"""Classify texts from a few labelled examples a class."""
