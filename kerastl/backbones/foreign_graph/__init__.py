"""Check TensorFlow graphs of others before TensorFlow sees them."""
