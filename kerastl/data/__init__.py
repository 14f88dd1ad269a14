"""Read data from folders, tables, arrays and hubs as a `Dataset` with named splits.

Every source (`image_folder`, `csv`, `arrays`, `tfds`, `huggingface` and others) uses the same
checks and the same stratified splitting. Names are imported on first use, so that importing this
package imports neither TensorFlow nor pandas.
"""

from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
