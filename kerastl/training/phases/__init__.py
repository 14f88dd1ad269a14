"""Phases of a training schedule, and what a schedule knows of data and results."""
