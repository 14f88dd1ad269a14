"""Read, check, decode and augment images."""
