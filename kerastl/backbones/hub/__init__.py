"""Backbones from keras-hub: text encoders, GPT-2, ViT, and any preset."""
