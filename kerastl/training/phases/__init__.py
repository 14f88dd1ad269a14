"""Phases: what trains, for how long, how fast, and what the result is judged by."""
