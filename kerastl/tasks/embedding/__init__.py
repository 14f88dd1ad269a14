"""Vectors of texts, words and images, and classifiers on them."""
