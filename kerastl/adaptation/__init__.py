"""Domain adaptation: methods, validators without target labels, and the verdict.

Names load on first use, so importing this package loads no framework.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
