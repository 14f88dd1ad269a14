"""Domain adaptation: methods, validators without target labels, and the verdict."""
