"""Backbones from keras-hub."""

from __future__ import annotations

import inspect
import os
import re
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.backbones.backbone import STRIDE, Backbone, staged_image_model
from kerastl.backbones.hub.family import (
    FAMILIES,
    SMALL_HIDDEN_DIM,
    SMALL_LEARNING_RATE,
    Family,
    family_of,
)
from kerastl.backbones.hub.graphs import family_ends, flat_text_model, flat_vit_model
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.presets import load_preset
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.regular_file import check_regular
from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.partition import End

_TOKENIZER_OPTIONS = {"vocabulary", "merges", "proto", "lowercase"}
_NOT_OPTIONS = {"self", "kwargs", "dtype"}
_DEFAULT_IMAGE_SHAPE = (224, 224, 3)
_SEQUENCE_LENGTH_WITHOUT_LIMIT = 512
# Without position embeddings, so that they take images of other sizes.
_CONVOLUTIONAL = {
    "CSPNetBackbone",
    "DenseNetBackbone",
    "EfficientNetBackbone",
    "MobileNetBackbone",
    "ResNetBackbone",
    "VGGBackbone",
    "XceptionBackbone",
}


class HubBackbone(Backbone):
    """A backbone from keras-hub: a text encoder, GPT-2, ViT, or any image or text preset.

    Args:
        name: The family's name, or the preset's.
        weights: The preset to load weights from, or None for random weights.
        options: Changes to the preset's architecture, such as `{"dropout": 0.2}`; with
            `weights=None` the whole architecture, such as `{"num_layers": 2, ...}`, and the
            tokenizer's `vocabulary`, `merges`, `proto` and `lowercase`.
        architecture: Class and configuration, if already known. Defaults to those of the
            preset.
        preprocessing: How pixels in 0..255 are scaled: `"tf"`, `"torch"` or `"caffe"`, a layer,
            or `"none"`; for images only. Defaults to the preset's image converter.

    Raises:
        ValueError: `weights` is None and the family is unknown, or `preprocessing` is.
    """

    kind: ClassVar[str] = "hub"

    def __init__(
        self,
        name: str,
        weights: str | None,
        options: dict[str, Any],
        architecture: dict[str, Any] | None = None,
        preprocessing: str | keras.Layer | None = None,
    ) -> None:
        self.name = name
        self.weights = weights
        self.options = options
        if architecture is not None:
            self.architecture = architecture
        self.preprocessing = preprocessing
        if preprocessing is not None:
            self._check_preprocessing(preprocessing)

    @cached_property
    def architecture(self) -> dict[str, Any]:
        """Class and configuration of the keras-hub backbone."""
        if self.weights is None:
            return {"class": FAMILIES[self.name].backbone, "config": self._random_config()}
        source = self._load(load_weights=False)
        return {"class": type(source).__name__, "config": source.get_config()}

    @property
    def family(self) -> Family | None:
        """Declaration of the architecture; None for one that has none."""
        return FAMILIES.get(self.name) or family_of(self.architecture["class"])

    @property
    def modality(self) -> str:  # type: ignore[override]
        """`"image"` or `"text"`."""
        if self.family is not None:
            return self.family.modality
        return "image" if "image_shape" in self.architecture["config"] else "text"

    @property
    def image_size(self) -> tuple[int, int] | None:  # type: ignore[override]
        """Default `(height, width)` in pixels; None for text."""
        if self.modality == "text":
            return None
        height, width = self.architecture["config"]["image_shape"][:2]
        return (height or 224, width or 224)

    @property
    def size_step(self) -> int | None:
        """Pixels between two image sizes; None for a network with position embeddings."""
        return STRIDE if self.architecture["class"] in _CONVOLUTIONAL else None

    @property
    def max_sequence_length(self) -> int | None:  # type: ignore[override]
        """Longest token sequence; None for images."""
        if self.modality == "image":
            return None
        config = self.architecture["config"]
        return int(config.get("max_sequence_length", _SEQUENCE_LENGTH_WITHOUT_LIMIT))

    @property
    def pooling(self) -> str:  # type: ignore[override]
        """Default way to reduce features to one vector."""
        if self.family is not None:
            return self.family.pooling
        return "average" if self.modality == "image" else "mean"

    @property
    def fine_tune_learning_rate(self) -> float:  # type: ignore[override]
        """Learning rate at which fine-tuning with Adam starts."""
        width = self.architecture["config"].get("hidden_dim", 0)
        if self.modality == "text" and 0 < width <= SMALL_HIDDEN_DIM:
            return SMALL_LEARNING_RATE
        return 3e-5 if self.family is None else self.family.fine_tune_learning_rate

    @cached_property
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages, from input to output."""
        if self.family is not None:
            return tuple(family_ends(self.family, self.architecture["config"]))
        return tuple(self._flat(self._random())[1])

    @cached_property
    def packer(self) -> TokenPacker | None:  # type: ignore[override]
        """Turns texts into token ids; None for images."""
        if self.modality == "image":
            return None
        return TokenPacker.of(self._tokenizer())

    def build(self, image_size: tuple[int, int] | None = None) -> keras.Model:
        """Build the network with its weights; see `Backbone.build`.

        Raises:
            FileNotFoundError: The preset's directory does not exist.
            ConnectionError: The preset could not be downloaded.
            ValueError: The preset is unknown or of another kind.
        """
        import keras

        from kerastl.backbones.partition import chain

        check_keras_settings()
        source, ends = self._flat(self._source(image_size))
        if self.modality == "image":
            return staged_image_model(source, ends, self._scaling(), _layer_name(self.name))
        inputs = {
            each.name: keras.Input((None,), dtype="int32", name=each.name) for each in source.inputs
        }
        output = chain(source, ends, list(inputs.values()))
        return keras.Model(inputs, output, name=_layer_name(self.name))

    def import_layers(self) -> None:
        """Register the layers of built models with Keras, so that it can load a saved model."""
        super().import_layers()
        import kerastl.backbones.hub.vit  # noqa: F401 - it imports keras-hub's own, too

    def get_config(self) -> dict[str, Any]:
        """Return the JSON-able arguments of this backbone."""
        from kerastl.backbones.preprocessing import scaling_config

        return {
            "kind": self.kind,
            "name": self.name,
            "weights": self.weights,
            "options": {key: value for key, value in self.options.items() if _plain(value)},
            "architecture": self.architecture,
            "preprocessing": scaling_config(self.preprocessing),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> HubBackbone:
        """Make a backbone from the result of `get_config`; nothing is downloaded.

        Raises:
            ValueError: The architecture is not one of keras-hub.
        """
        import keras_hub

        from kerastl.backbones.preprocessing import scaling_from_config

        given = {key: value for key, value in config.items() if key != "kind"}
        # Without it, the preset that `weights` names would be fetched.
        architecture = given.get("architecture")
        named = architecture.get("class") if isinstance(architecture, dict) else None
        found = getattr(keras_hub.models, str(named), None)
        if not (isinstance(found, type) and issubclass(found, keras_hub.models.Backbone)):
            raise ValueError(
                "The configuration of a keras-hub backbone must have the class and the arguments "
                f"of its architecture. Received: architecture={architecture!r}"
            )
        # Recipes that were saved before this option existed lack it.
        given["preprocessing"] = scaling_from_config(given.get("preprocessing"))
        return cls(**given)

    def _load(self, **arguments: Any) -> Any:
        import keras_hub

        known = FAMILIES.get(self.name)
        base = getattr(keras_hub.models, known.backbone if known else "Backbone")
        assert self.weights is not None
        return load_preset(base.from_preset, self.weights, repr(self), **self.options, **arguments)

    def _random(self, **changes: Any) -> Any:
        import keras_hub

        made = getattr(keras_hub.models, self.architecture["class"])
        return made.from_config({**self.architecture["config"], **changes})

    def _source(self, image_size: tuple[int, int] | None) -> Any:
        if image_size is None or tuple(image_size) == self.image_size:
            return self._random() if self.weights is None else self._load()
        if self.modality == "text":
            raise ValueError(
                f"A text backbone takes no image size. Received: image_size={image_size!r}"
            )
        shape = (*image_size, 3)
        if self.weights is not None:
            return self._load(image_shape=shape)
        return self._random(image_shape=shape)

    def _flat(self, source: Any) -> tuple[keras.Model, dict[str, End]]:
        if self.family is None:
            from kerastl.backbones.cuts import automatic_ends

            model = source if self.modality == "image" else flat_text_model(source)
            return model, automatic_ends(model)
        flat = flat_text_model if self.modality == "text" else flat_vit_model
        return flat(source), family_ends(self.family, self.architecture["config"])

    def _check_preprocessing(self, stated: str | keras.Layer) -> None:
        from kerastl.backbones.preprocessing import scaling_layer

        scaling_layer(stated)
        if self.modality == "text":
            raise ValueError(
                "`preprocessing` scales pixels, and this backbone reads texts: leave it out. "
                f"Received: preprocessing={stated!r} for {self!r}"
            )

    def _scaling(self) -> keras.Layer | None:
        import keras_hub

        from kerastl.backbones.preprocessing import PixelScaling, scaling_layer

        if self.preprocessing is not None:
            return scaling_layer(self.preprocessing)
        if self.weights is None:
            return PixelScaling.named("tf")
        converter = load_preset(
            keras_hub.layers.ImageConverter.from_preset, self.weights, f"pixels of {self!r}"
        )
        scale = 1.0 if converter.scale is None else converter.scale
        offset = 0.0 if converter.offset is None else converter.offset
        return PixelScaling(scale, offset, name="preprocessing")

    def _tokenizer(self) -> Any:
        import keras_hub

        if self.weights is not None:
            load = keras_hub.tokenizers.Tokenizer.from_preset
            return load_preset(load, self.weights, f"tokenizer of {self!r}")
        given = {key: self.options[key] for key in _TOKENIZER_OPTIONS & set(self.options)}
        for value in given.values():
            if isinstance(value, str | os.PathLike):
                check_regular(value)
        files = [os.fspath(each) for each in given.values() if isinstance(each, str | os.PathLike)]
        family = FAMILIES[self.name]
        if not given:
            raise ValueError(
                "Random weights come with no tokenizer: give its vocabulary, such as "
                f"vocabulary=... (for SentencePiece, proto=...). Received: {self!r}"
            )
        with reading(" or ".join(files)) if files else nullcontext():
            return getattr(keras_hub.models, family.tokenizer)(**given)

    def _random_config(self) -> dict[str, Any]:
        import keras_hub

        made = getattr(keras_hub.models, FAMILIES[self.name].backbone)
        signature = inspect.signature(made.__init__).parameters
        known = {key: each.default for key, each in signature.items() if key not in _NOT_OPTIONS}
        given = {key: val for key, val in self.options.items() if key not in _TOKENIZER_OPTIONS}
        # Only ELECTRA uses this name.
        size = "vocab_size" if "vocab_size" in known else "vocabulary_size"
        if "vocabulary_size" in given:
            given[size] = given.pop("vocabulary_size")
        for option in given:
            if option not in known:
                names = {*known, *_TOKENIZER_OPTIONS}
                raise unknown_name(f"option of backbone {self.name!r}", option, names)
        if size in known and size not in given:
            given[size] = self._tokenizer().vocabulary_size()
        if "image_shape" in known:
            given.setdefault("image_shape", _DEFAULT_IMAGE_SHAPE)
        config = {**known, **given}
        missing = [key for key, value in config.items() if value is inspect.Parameter.empty]
        if missing:
            raise ValueError(
                f"Backbone {self.name!r} with random weights needs its architecture: give "
                f"{', '.join(missing)}, or the weights of a preset. "
                f"Received: {sorted(self.options)}"
            )
        return config


def _layer_name(name: str) -> str:
    # It is saved with the model, which is no place for the folders of this machine.
    shown = Path(name).name if Path(name).is_absolute() else name
    return re.sub(r"\W+", "_", shown).strip("_")


def _plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | list | tuple | dict | None)
