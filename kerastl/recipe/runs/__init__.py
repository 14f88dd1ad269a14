"""A run: its options, its settings for resuming, and its folder."""
