"""Keras's global settings, and copies and configurations of Keras models."""
