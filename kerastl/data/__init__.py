"""Data sets for training: every reader returns one `Dataset` with named splits.

All readers (`image_folder`, `csv`, `arrays`, `tfds`, `huggingface`, ...) share their checks and
their splitting. Every `Split` streams through `tf.data`. Names load on first use, so importing
this package loads neither TensorFlow nor pandas.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
