"""Transfer learning on Keras 3, from labelled examples to a verified artifact.

Public names load on first use: `import kerastl` is fast, and TensorFlow is loaded only when a
model is built.
"""

from kerastl.basics.lazy_exports import lazy_exports
from kerastl.basics.quiet_tensorflow import quiet_tensorflow

quiet_tensorflow()

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
