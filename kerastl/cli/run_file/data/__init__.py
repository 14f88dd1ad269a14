"""The labelled examples that a run file names: one file for each kind of source."""
