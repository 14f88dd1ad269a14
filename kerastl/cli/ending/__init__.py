"""How a command ends after Ctrl-C."""
