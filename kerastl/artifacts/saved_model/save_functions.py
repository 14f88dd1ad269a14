"""Write TensorFlow functions as the signatures of a SavedModel."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def save_functions(
    directory: Path, signatures: Mapping[str, Any], tables: Sequence[Any] = ()
) -> None:
    """Write a SavedModel with these signatures, and the variables that they read.

    `keras.export.ExportArchive` would run every function in Python again to find its variables.

    Args:
        directory: The directory to write. Missing parents are created.
        signatures: Each a `tf.function` with an input signature.
        tables: Objects, such as a tokenizer, whose tables the functions read.
    """
    import tensorflow as tf

    traced = {name: each.get_concrete_function() for name, each in signatures.items()}
    module = tf.Module()
    found = [variable for each in traced.values() for variable in each.graph.variables]
    module.variables_ = list({id(variable): variable for variable in found}.values())
    module.tables = list(tables)
    tf.saved_model.save(module, str(directory), signatures=traced)
