"""The inputs of a recipe, images or texts: read, prepare, pool."""
