"""Labelled examples from wherever they lie: one `Dataset` with named splits.

Every source (`image_folder`, `csv`, `arrays`, `tfds`, `huggingface`) ends in the same checks and
the same splitting, and every `Split` streams through `tf.data`. Names load on first use, so that
importing this package loads neither TensorFlow nor pandas.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
