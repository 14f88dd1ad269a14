"""Find and decode the files that the sources of data read."""
