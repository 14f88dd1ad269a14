"""What a run file says about the data: one kind of source a file."""
