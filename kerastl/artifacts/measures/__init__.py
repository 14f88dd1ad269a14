"""One measure a file: how the artifacts of each task are compared."""
