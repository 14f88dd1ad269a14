"""The tasks that kerastl trains: a folder for each, and `registry` with one row for each."""
