"""Which part of an image or of a text a prediction depends on."""
