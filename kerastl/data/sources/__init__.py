"""The sources that data is read from: one module for each kind."""
