"""Keras callbacks that unfreeze a model step by step, for any Keras model and its `fit`."""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
