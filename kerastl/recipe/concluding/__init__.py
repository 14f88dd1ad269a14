"""The end of a training: the refit on all labels, the temperature, the task's settings."""
