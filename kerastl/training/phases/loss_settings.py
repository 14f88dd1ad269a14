"""Settings of the loss of a phase: label smoothing, focal loss and class weights."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from kerastl.basics.arguments import check_number
from kerastl.basics.suggest import unknown_name

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
            by class name or index, with 1 for classes that are left out. Defaults to None: 1
            for every class.

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
        if given is None or given == "balanced":
            return
        if not isinstance(given, Mapping):
            raise ValueError(
                "`class_weights` must be None, 'balanced' or numbers by class name or index. "
                f"Received: class_weights={given!r}"
            )
        for name, weight in given.items():
            check_number(f"class_weights[{name!r}]", weight, "(0, inf)")

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
            ValueError: If a name or an index is not that of a class.
        """
        if self.class_weights is None:
            return None
        if isinstance(self.class_weights, str):
            counts = np.bincount(np.asarray(labels), minlength=len(class_names))
            # Avoids a division by zero; a class without examples never uses its weight.
            return len(labels) / (len(class_names) * np.maximum(counts, 1))
        weights = np.ones(len(class_names))
        for name, weight in self.class_weights.items():
            weights[_index(name, class_names)] = weight
        return weights

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return asdict(self)


def _index(name: str | int, class_names: Sequence[str]) -> int:
    if isinstance(name, str):
        if name not in class_names:
            raise unknown_name("class in `class_weights`", name, class_names)
        return list(class_names).index(name)
    if not 0 <= name < len(class_names):
        raise ValueError(
            f"A class index in `class_weights` must be in [0, {len(class_names)}). "
            f"Received: class_weights with class {name}"
        )
    return name
