"""Split texts into words, convert tags, and batch tokenized texts."""
