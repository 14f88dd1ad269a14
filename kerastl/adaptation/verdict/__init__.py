"""Whether an adaptation helped, from evidence without target labels."""
