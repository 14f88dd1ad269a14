"""The export formats: one file for each, and a table of them."""
