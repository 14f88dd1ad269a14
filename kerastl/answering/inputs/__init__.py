"""Raw inputs prepared with NumPy and Pillow as the training prepared them with TensorFlow."""
