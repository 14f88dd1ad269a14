"""Tell inputs that belong to no class of a classifier from those that do."""
