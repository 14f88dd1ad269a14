"""What a phase minimises."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from kerastl.basics.arguments import check_number
from kerastl.basics.suggest import unknown_name

ClassWeights = Literal["balanced"] | dict[str | int, float]


@dataclass(frozen=True)
class LossSettings:
    """Say what a phase minimises: the mean log-loss in nats, changed where asked.

    Args:
        label_smoothing: Share of each label that is spread evenly over all classes, in
            `[0, 1)` (Szegedy et al. 2016). Defaults to 0.
        focal: The exponent with which examples that are already right count less; 2 is usual
            (Lin et al. 2017, "Focal loss for dense object detection"). Defaults to 0, where
            all count alike.
        class_weights: Factor on the loss of each class: `"balanced"`, which gives every class
            the same total, examples / (classes * examples of the class); or numbers by class
            name or index, where a class that is not named has 1. Defaults to None: every
            example has 1.

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
        """Return the factor on each class's loss.

        Args:
            labels: Integers, those of the training examples.
            class_names: Names of the classes, in the order of the labels.

        Returns:
            Shape `(classes,)`, or None where every class has 1.

        Raises:
            ValueError: If a class is named that is not there.
        """
        if self.class_weights is None:
            return None
        if isinstance(self.class_weights, str):
            counts = np.bincount(np.asarray(labels), minlength=len(class_names))
            # A class without an example has no loss to weigh.
            return len(labels) / (len(class_names) * np.maximum(counts, 1))
        weights = np.ones(len(class_names))
        for name, weight in self.class_weights.items():
            weights[_index(name, class_names)] = weight
        return weights

    def get_config(self) -> dict[str, Any]:
        """Return the loss_settings as plain values."""
        return asdict(self)


def _index(name: str | int, class_names: Sequence[str]) -> int:
    if isinstance(name, str):
        if name not in class_names:
            raise unknown_name("class in `class_weights`", name, class_names)
        return list(class_names).index(name)
    if not 0 <= name < len(class_names):
        raise ValueError(
            f"There are {len(class_names)} classes, counted from 0. "
            f"Received: class_weights with class {name}"
        )
    return name
