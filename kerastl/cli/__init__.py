"""The command line: one module for each command. Keras loads only when a command needs it."""
