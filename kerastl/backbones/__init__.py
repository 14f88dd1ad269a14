"""Pre-trained networks, each divided into ordered, named stages.

Keras is loaded only when a backbone is built or its layers are read.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
