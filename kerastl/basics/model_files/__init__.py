"""Checks of model files from others, before Keras builds anything from them."""
