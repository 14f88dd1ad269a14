"""Draw figures with matplotlib: the one place of the package that does."""
