"""Load keras-hub presets, with errors that name the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerastl.backbones.hub.preset_files import check_preset_content
from kerastl.backbones.weights import download_failed
from kerastl.basics.files.damaged import DamagedFileError, ExplainedError
from kerastl.basics.files.regular_file import check_regular_files
from kerastl.basics.model_files.weights_limit import weights_limit
from kerastl.basics.suggest import unknown_name


def load_preset(load: Callable[..., Any], preset: str, what: str, **arguments: Any) -> Any:
    """Call a `from_preset` of keras-hub.

    Args:
        load: The method, such as `keras_hub.models.BertBackbone.from_preset`.
        preset: A preset's name, a directory, or an address such as `"hf://user/model"`.
        what: What is loaded, as errors name it.
        **arguments: Passed to `load`.

    Returns:
        What `load` returns.

    Raises:
        FileNotFoundError: The preset is a path that does not exist.
        ConnectionError: The preset could not be downloaded.
        ValueError: The preset is unknown or does not fit; or a local one names something else
            than parts of Keras and keras-hub, or declares more weights than it stores.
    """
    import keras

    folder = Path(preset).expanduser()
    local = "://" not in preset and folder.exists()
    if local:
        check_regular_files(folder)
    else:
        _check_known(preset, folder)
    try:
        if not local:
            return load(preset, **arguments)
        with weights_limit(keras.Layer, check_preset_content(folder), str(folder)):
            loaded = load(str(folder), **arguments)
        # A tokenizer's file may describe a backbone, for example.
        _check_kind(loaded, getattr(load, "__self__", object))
        return loaded
    except (ExplainedError, DamagedFileError, ImportError, MemoryError):
        raise
    except Exception as error:  # a damaged preset makes keras-hub raise many types
        if not local and (isinstance(error, OSError) or "has no config.json" in str(error)):
            raise download_failed(what, str(error).splitlines()[0]) from error
        raise ValueError(
            f"The preset does not fit {what}: {error} "
            f"Received: weights={preset!r}{_listed(arguments)}"
        ) from error


def _check_kind(loaded: Any, kind: Any) -> None:
    if isinstance(kind, type) and not isinstance(loaded, kind):
        raise TypeError(f"it holds a {type(loaded).__name__}, and no {kind.__name__}.")


def _check_known(preset: str, folder: Path) -> None:
    import keras_hub

    if "://" in preset or preset in keras_hub.models.Backbone.presets:
        return
    if len(folder.parts) > 1 or preset.startswith("."):
        raise FileNotFoundError(
            f"There is no preset directory at this path. Received: weights={preset!r}"
        )
    raise unknown_name("preset", preset, keras_hub.models.Backbone.presets)


def _listed(arguments: dict[str, Any]) -> str:
    return "".join(f", {name}={value!r}" for name, value in arguments.items())
