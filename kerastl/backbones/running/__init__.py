"""Run models over batches, and check what they answer."""
