"""An exported directory: its files, table, page and model card."""
