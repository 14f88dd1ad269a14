"""Phases, freezing, the solved probe and the loop that runs them."""
