"""Quantization-aware training of a recipe, and the weights that it keeps."""
