"""A training run as one readable YAML file, checked before anything is loaded."""
