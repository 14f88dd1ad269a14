"""Settings of the loss of a phase: label smoothing, focal loss and class weights."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from kerastl.basics.arguments import check_number
from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.class_names import composed

ClassWeights = Literal["balanced"] | dict[str | int, float]


@dataclass(frozen=True)
class LossSettings:
    """Change the loss of a phase: label smoothing, focal loss and class weights.

    Without changes the loss is the mean log-loss in nats.

    Args:
        label_smoothing: Share of each label that is spread evenly over all classes, in
            `[0, 1)` (Szegedy et al. 2016). Defaults to 0.
        focal: Exponent (gamma) of the focal loss, which lowers the weight of examples that are
            already predicted well; 2 is usual (Lin et al. 2017, "Focal loss for dense object
            detection"). Defaults to 0: all examples have the same weight.
        class_weights: Factor on the loss of each class: `"balanced"`, examples / (classes *
            examples of the class), so that every class has the same total weight; or numbers
            by class name (a string) or position (an integer), with 1 for classes that are left
            out. Defaults to None: 1 for every class.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> LossSettings(class_weights="balanced").weights([0, 0, 0, 1], ("common", "rare"))
    array([0.66666667, 2.        ])
    """

    label_smoothing: float = 0.0
    focal: float = 0.0
    class_weights: ClassWeights | None = None

    def __post_init__(self) -> None:
        check_number("label_smoothing", self.label_smoothing, "[0, 1)")
        check_number("focal", self.focal, "[0, inf)")
        given = self.class_weights
        # An array compares each of its elements.
        if given is None or (isinstance(given, str) and given == "balanced"):
            return
        if not isinstance(given, Mapping):
            raise ValueError(
                "`class_weights` must be None, 'balanced' or numbers by class name or index. "
                f"Received: class_weights={given!r}"
            )
        plain = {_plain_key(key): weight for key, weight in given.items()}
        for name, weight in plain.items():
            check_number(f"class_weights[{name!r}]", weight, "(0, inf)")
        plain = {name: float(weight) for name, weight in plain.items()}
        object.__setattr__(self, "class_weights", plain)

    def weights(
        self, labels: Sequence[int] | np.ndarray, class_names: Sequence[str]
    ) -> np.ndarray | None:
        """Return the factor on the loss of each class.

        Args:
            labels: Class indices of the training examples.
            class_names: Names of the classes, in the order of the labels.

        Returns:
            Shape `(classes,)`, or None without class weights.

        Raises:
            ValueError: If a name or a position is not that of a class, or an integer is also the
                name of another class.
        """
        if self.class_weights is None:
            return None
        if isinstance(self.class_weights, str):
            counts = np.bincount(np.asarray(labels), minlength=len(class_names))
            # Avoids a division by zero; a class without examples never uses its weight.
            return len(labels) / (len(class_names) * np.maximum(counts, 1))
        weights = np.ones(len(class_names))
        keys: dict[int, Any] = {}
        for key, weight in self.class_weights.items():
            index = _index(key, class_names)
            if index in keys:
                raise ValueError(
                    "`class_weights` must have one weight for each class. Received: "
                    f"{keys[index]!r} and {key!r}, which are both {class_names[index]!r}"
                )
            keys[index] = key
            weights[index] = weight
        return weights

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        config = asdict(self)
        if isinstance(self.class_weights, dict):
            # JSON would store a boolean key as another name than that of the class.
            plain = {
                int(key) if isinstance(key, bool) else key: weight
                for key, weight in self.class_weights.items()
            }
            config["class_weights"] = plain
        return config


def _plain_key(key: Any) -> str | int | bool:
    """Return a key as JSON can store it."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, bool | int | str):
        return key
    raise ValueError(
        "A key of `class_weights` must be the name of a class or its position. "
        f"Received: class_weights with {key!r}"
    )


def _index(key: str | int | bool, class_names: Sequence[str]) -> int:
    """Return the position of the class that a key of `class_weights` means.

    A string is a name, and an integer is a position, unless another class has the number as its
    name. Digits that are not a name are a position: JSON and TOML store integer keys as strings.
    """
    names = [composed(name) for name in class_names]
    if isinstance(key, str):
        if composed(key) in names:
            return names.index(composed(key))
        if key not in map(str, range(len(names))):
            raise unknown_name("class in `class_weights`", key, class_names)
        return int(key)
    if not 0 <= key < len(names):
        raise ValueError(
            f"A class index in `class_weights` must be in [0, {len(names)}). "
            f"Received: class_weights with class {key}"
        )
    if str(key) in names and names.index(str(key)) != key:
        raise ValueError(
            f"A key of `class_weights` can be read as the name of the class {str(key)!r} and as "
            f"the position of the class {class_names[key]!r}: pass the name as a string. "
            f"Received: class_weights with class {key!r}"
        )
    return int(key)
