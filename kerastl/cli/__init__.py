"""The command line: one module a command, none of which loads Keras before it has to."""
