"""Small real data sets for the docs, the demo and the recipes.

Sentences are read from a package of the package index, digits from installed packages.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
