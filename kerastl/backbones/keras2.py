"""Model files: those of Keras 3 read directly, those of Keras 2 through tf-keras."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

_TOLERANCE = 1e-4


def load_model_file(path: Path) -> keras.Model:
    """Load a whole model from a file or directory.

    A Keras 2 model is read by tf-keras, carried over to Keras 3 and run in both on the same
    random input.

    Args:
        path: A `.keras` or `.h5` file of Keras 2 or 3, or a SavedModel directory that Keras 2
            wrote.

    Returns:
        The Keras 3 model with its weights.

    Raises:
        ValueError: It is no whole model, holds code (a Lambda layer), or gives other numbers
            under Keras 3.
        ImportError: tf-keras is needed and not installed.
    """
    import keras

    is_keras2, layers = _inspect(path)
    if '"Lambda"' in layers:
        raise ValueError(
            "The model holds a Lambda layer, that is, code that would run on loading. Replace it "
            f"by a registered layer and save again. Received: {str(path)!r}"
        )
    if is_keras2:
        return _carried_over(path)
    try:
        return keras.saving.load_model(path, compile=False)
    except (ValueError, TypeError, OSError) as error:
        raise ValueError(f"Keras cannot load the model: {error} Received: {str(path)!r}") from error


def _inspect(path: Path) -> tuple[bool, str]:
    """Say whether Keras 2 wrote a model, and give the text that lists its layers."""
    import h5py

    problem = "neither a .keras nor an .h5 file nor a SavedModel of Keras 2"
    if (path / "keras_metadata.pb").is_file():
        return True, (path / "keras_metadata.pb").read_bytes().decode("utf-8", "replace")
    if path.suffix == ".keras" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            version = json.loads(archive.read("metadata.json"))["keras_version"]
            return version.startswith("2."), archive.read("config.json").decode("utf-8")
    if path.is_file() and h5py.is_hdf5(path):
        with h5py.File(path) as opened:
            if "model_config" in opened.attrs:
                version = _text(opened.attrs.get("keras_version", "2."))
                return version.startswith(("1.", "2.")), _text(opened.attrs["model_config"])
        problem = "weights without a model; give the network's name and weights=<this path>"
    raise ValueError(f"No model can be read there: it is {problem}. Received: {str(path)!r}")


def _carried_over(path: Path) -> keras.Model:
    import keras
    import numpy as np

    try:
        import tf_keras
    except ImportError as error:
        raise ImportError(
            'Keras 2 models are read through tf-keras: pip install "kerastl[keras2]". '
            f"Received: {str(path)!r}"
        ) from error
    try:
        old = tf_keras.models.load_model(path, compile=False)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "model.h5"
            old.save(file, include_optimizer=False)
            _modernize(file)
            new = keras.saving.load_model(file, compile=False)
    except (ValueError, TypeError, OSError, NotImplementedError) as error:
        raise ValueError(
            f"The Keras 2 model cannot be carried over to Keras 3: {error} Received: {str(path)!r}"
        ) from error
    shape = [1 if size is None else size for size in old.inputs[0].shape]
    shape[1:-1] = [size if size > 1 else 64 for size in shape[1:-1]]
    sample = np.random.default_rng(0).random(shape, np.float32)
    apart = np.abs(np.asarray(old(sample)) - np.asarray(keras.ops.convert_to_numpy(new(sample))))
    if apart.max() > _TOLERANCE:
        raise ValueError(
            f"The Keras 2 model gives other numbers under Keras 3, by up to {apart.max():.2g}. "
            f"Received: {str(path)!r}"
        )
    return new


def _modernize(file: Path) -> None:
    """Drop from a model's configuration what Keras 3 no longer knows."""
    import h5py

    def drop(item: Any) -> Any:
        if isinstance(item, list):
            return [drop(each) for each in item]
        if not isinstance(item, dict):
            return item
        kept = {key: drop(value) for key, value in item.items()}
        if item.get("class_name") == "DepthwiseConv2D":
            kept["config"].pop("groups", None)
        return kept

    with h5py.File(file, "r+") as opened:
        config = drop(json.loads(_text(opened.attrs["model_config"])))
        opened.attrs["model_config"] = json.dumps(config)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value
