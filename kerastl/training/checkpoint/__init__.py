"""Save the state of a run on disk, so that a killed run can resume."""
