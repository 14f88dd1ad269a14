"""Words, tags and token arrays of texts."""
