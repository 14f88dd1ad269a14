"""Read data from folders, tables, arrays and hubs as a `Dataset` with named splits.

Every source (`image_folder`, `csv`, `arrays`, `tfds`, `huggingface` and others) uses the same
checks and the same stratified splitting. Names are imported on first use, so that importing this
package imports neither TensorFlow nor pandas.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.data.images.augmentation import default_augmentation
    from kerastl.data.images.boxed_augmentation import box_augmentation
    from kerastl.data.images.decoding import decode_image, resize
    from kerastl.data.images.rand_augment import randaugment
    from kerastl.data.sources.coco import coco
    from kerastl.data.sources.conll import conll
    from kerastl.data.sources.folder import image_folder
    from kerastl.data.sources.hub import huggingface
    from kerastl.data.sources.memory import arrays
    from kerastl.data.sources.multi_label import csv_multi_label, multi_label
    from kerastl.data.sources.numbers import csv_numbers, numbers
    from kerastl.data.sources.pascal_voc import pascal_voc
    from kerastl.data.sources.spans import spans
    from kerastl.data.sources.table import csv
    from kerastl.data.sources.tensorflow_datasets import tfds
    from kerastl.data.sources.unlabelled import unlabelled
    from kerastl.data.splits.box_split import BoxSplit
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.multi_label_split import MultiLabelSplit
    from kerastl.data.splits.number_split import NumberSplit
    from kerastl.data.splits.split import Split
    from kerastl.data.splits.tagged_split import TaggedSplit

_OBJECTS = {
    "BoxSplit": "kerastl.data.splits.box_split",
    "Dataset": "kerastl.data.splits.dataset",
    "MultiLabelSplit": "kerastl.data.splits.multi_label_split",
    "NumberSplit": "kerastl.data.splits.number_split",
    "Split": "kerastl.data.splits.split",
    "TaggedSplit": "kerastl.data.splits.tagged_split",
    "arrays": "kerastl.data.sources.memory",
    "box_augmentation": "kerastl.data.images.boxed_augmentation",
    "coco": "kerastl.data.sources.coco",
    "conll": "kerastl.data.sources.conll",
    "csv": "kerastl.data.sources.table",
    "csv_multi_label": "kerastl.data.sources.multi_label",
    "csv_numbers": "kerastl.data.sources.numbers",
    "decode_image": "kerastl.data.images.decoding",
    "default_augmentation": "kerastl.data.images.augmentation",
    "huggingface": "kerastl.data.sources.hub",
    "image_folder": "kerastl.data.sources.folder",
    "multi_label": "kerastl.data.sources.multi_label",
    "numbers": "kerastl.data.sources.numbers",
    "pascal_voc": "kerastl.data.sources.pascal_voc",
    "randaugment": "kerastl.data.images.rand_augment",
    "resize": "kerastl.data.images.decoding",
    "spans": "kerastl.data.sources.spans",
    "tfds": "kerastl.data.sources.tensorflow_datasets",
    "unlabelled": "kerastl.data.sources.unlabelled",
}

__all__ = [
    "BoxSplit",
    "Dataset",
    "MultiLabelSplit",
    "NumberSplit",
    "Split",
    "TaggedSplit",
    "arrays",
    "box_augmentation",
    "coco",
    "conll",
    "csv",
    "csv_multi_label",
    "csv_numbers",
    "decode_image",
    "default_augmentation",
    "huggingface",
    "image_folder",
    "multi_label",
    "numbers",
    "pascal_voc",
    "randaugment",
    "resize",
    "spans",
    "tfds",
    "unlabelled",
]


def __getattr__(name: str) -> Any:
    if name in _OBJECTS:
        return getattr(importlib.import_module(_OBJECTS[name]), name)
    raise AttributeError(f"module 'kerastl.data' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
