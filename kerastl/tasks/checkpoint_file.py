"""Load a file that `ModelCheckpoint` wrote."""

import importlib
import os
import zipfile
from pathlib import Path

import keras

from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_file import parse_json
from kerastl.basics.files.regular_file import check_regular
from kerastl.basics.model_files.config import check_config
from kerastl.basics.model_files.stored_size import check_stored_size
from kerastl.basics.model_files.weights_limit import weights_limit

# Keras finds a class of another package only after its module was imported.
MODULES = (
    "kerastl.backbones.frozen_graph",
    "kerastl.backbones.preprocessing",
    "kerastl.backbones.stage",
    "kerastl.heads.mean_deviation",
    "kerastl.heads.pooling",
    "kerastl.heads.standardized_features",
    "kerastl.tasks.classification.head",
    "kerastl.tasks.multi_label.head",
    "kerastl.tasks.object_detection.head",
    "kerastl.tasks.object_detection.loss",
    "kerastl.tasks.regression.head",
    "kerastl.training.losses.crossentropy",
    "kerastl.training.losses.masked_crossentropy",
    "kerastl.training.losses.scaled_squared_error",
    "kerastl.training.optimizer.scheduled_learning_rate",
    "kerastl.training.optimizer.staged_adamw",
)
"""Modules with layers, losses and optimizers of saved models."""
_OF_KERAS_HUB = ("keras_hub", "kerastl.backbones.hub.vit")


def load_model(path: str | os.PathLike[str]) -> keras.Model:
    """Load a `.keras` file that `ModelCheckpoint` or `recipe.model.save` wrote.

    In the process that trained the model, `keras.saving.load_model` does the same. In another
    process it does not know the classes of kerastl. To load what `recipe.save` wrote, use
    `kerastl.load`.

    Args:
        path: The file.

    Returns:
        The model, which takes what `recipe.model` takes.

    Raises:
        ValueError: If the file is not a Keras model, is damaged or not a regular file, names
            something else than layers and functions of Keras or registered ones, or declares more
            weights than it stores.

    Example:

    ```python
    model = kerastl.load_model("best.keras")
    ```
    """
    check_regular(path)
    file = Path(path)
    if file.suffix != ".keras" or not file.is_file() or not zipfile.is_zipfile(file):
        raise ValueError(f"`path` must be a .keras file. Received: path={os.fspath(path)!r}")
    stored = check_stored_size(file)
    with reading(file), zipfile.ZipFile(file) as archive:
        content = archive.read("config.json")
        needs_keras_hub = b"keras_hub" in content
        config = parse_json(content)
    for module in MODULES + (_OF_KERAS_HUB if needs_keras_hub else ()):
        importlib.import_module(module)
    check_config(config, str(file))
    with (
        reading(file, what="Keras cannot load the model"),
        weights_limit(keras.Layer, stored, str(file)),
    ):
        return keras.saving.load_model(file, safe_mode=True)
