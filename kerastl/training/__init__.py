"""Training: phases, schedules, freezing, the linear probe, the feature cache and the loop."""
