"""From raw input to what a model takes, inside an exported graph."""
