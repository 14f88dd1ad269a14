"""Find named entities in texts."""
