"""Declaration and backbone class of the networks of keras.applications."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.backbones.backbone import STRIDE, Backbone, staged_image_model
from kerastl.backbones.weights import download_failed, load_weights_file
from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.partition import End

# kerastl sets these itself: the head, the input, and where pixels are scaled.
_RESERVED = {
    "include_top",
    "weights",
    "input_tensor",
    "input_shape",
    "pooling",
    "classes",
    "classifier_activation",
    "include_preprocessing",
    "name",
}


@dataclass(frozen=True)
class Application:
    """Declaration of one network of keras.applications: input, preprocessing and stages.

    Args:
        name: Public name.
        builder: The function's name in `keras.applications`.
        preprocessing: `"tf"`, `"torch"` or `"caffe"`, or None if the network scales 0..255
            pixels itself.
        image_size: Default height and width: those of the ImageNet training.
        ends: Where each stage ends, by stage name, from input to output; see
            `kerastl.backbones.partition.partition`.
        fine_tune_learning_rate: Learning rate at which fine-tuning with Adam starts. Defaults to
            1e-4, a tenth of the usual 1e-3 for a new head: higher rates were seen to undo what
            pre-training gave.
        after_loading: Called with the network after its weights were loaded from a file.
    """

    name: str
    builder: str
    preprocessing: str | None
    image_size: tuple[int, int]
    ends: Mapping[str, End]
    fine_tune_learning_rate: float = 1e-4
    after_loading: Callable[[Any], None] | None = None

    def options(self) -> frozenset[str]:
        """Return the names of the options that the network's builder takes."""
        import keras

        builder = getattr(keras.applications, self.builder)
        return frozenset(inspect.signature(builder).parameters) - _RESERVED


class ApplicationBackbone(Backbone):
    """A backbone from keras.applications.

    Args:
        declaration: The network.
        weights: `"imagenet"`, the path of a weights file, or None. Defaults to `"imagenet"`.
        **options: Options of the network's builder, such as `alpha=0.35`.

    Raises:
        ValueError: The builder has no such option.
    """

    kind: ClassVar[str] = "application"
    modality = "image"

    def __init__(
        self, declaration: Application, weights: str | None = "imagenet", **options: Any
    ) -> None:
        self.declaration = declaration
        self.name = declaration.name
        self.weights = weights
        self.options = options
        self.image_size = declaration.image_size
        self.fine_tune_learning_rate = declaration.fine_tune_learning_rate
        known = declaration.options()
        for option in options:
            if option not in known:
                raise unknown_name(f"option of backbone {self.name!r}", option, known)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages, from input to output."""
        return tuple(self.declaration.ends)

    @property
    def size_step(self) -> int | None:
        """Pixels between two image sizes; without its classifier, the network takes any."""
        return STRIDE

    def build(self, image_size: tuple[int, int] | None = None) -> keras.Model:
        """Build the network with its weights; see `Backbone.build`.

        Raises:
            FileNotFoundError: The weights file does not exist.
            ValueError: The weights do not fit, or the image is too small for the network.
            ConnectionError: The ImageNet weights could not be downloaded.
        """
        from kerastl.backbones.preprocessing import PixelScaling

        check_keras_settings()
        mode = self.declaration.preprocessing
        scaling = None if mode is None else PixelScaling.named(mode)
        source = self._source(image_size or self.declaration.image_size)
        return staged_image_model(source, self.declaration.ends, scaling, self.name)

    def get_config(self) -> dict[str, Any]:
        """Return the JSON-able arguments of this backbone."""
        return {
            "kind": self.kind,
            "name": self.name,
            "weights": self.weights,
            "options": dict(self.options),
        }

    def _source(self, image_size: tuple[int, int]) -> keras.Model:
        arguments = {"include_top": False, "input_shape": (*image_size, 3), **self.options}
        if self.weights != "imagenet":
            model = self._builder()(weights=None, **arguments)
            if self.weights is not None:
                load_weights_file(model, self.weights, what=repr(self))
                if self.declaration.after_loading is not None:
                    self.declaration.after_loading(model)
            return model
        try:
            return self._builder()(weights="imagenet", **arguments)
        except Exception as error:
            # Keras raises a bare Exception for every failed download.
            if "URL fetch failure" not in str(error):
                raise
            raise download_failed(repr(self), str(error)) from error

    def _builder(self) -> Any:
        import keras

        return getattr(keras.applications, self.declaration.builder)
