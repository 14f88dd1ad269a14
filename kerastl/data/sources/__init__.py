"""Where labelled examples come from: one module for each kind of source."""
