"""The files of a run that a person reads: a page, the metrics, the history and the decision."""
