"""Answers of exported LiteRT files, without TensorFlow and Keras."""
