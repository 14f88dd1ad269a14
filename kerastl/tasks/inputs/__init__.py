"""What every recipe for images, or for texts, does: read, prepare, pool."""
