"""Choose how examples are read, and which stages the head reads, by cross-validation."""
