"""Labelled examples, as the model's inputs and as raw input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HeldOut:
    """Examples to compare artifacts on, or to calibrate them with.

    Attributes:
        inputs: The model's inputs by name, each of shape `(N, ...)`.
        labels: Shape `(N, ...)`: for a classifier integers of shape `(N,)`.
        raw: The same examples as encoded images or strings.

    Raises:
        ValueError: If there are no examples, or the parts differ in length.
    """

    inputs: dict[str, np.ndarray]
    labels: np.ndarray
    raw: list[bytes] | list[str]

    def __post_init__(self) -> None:
        sizes = {name: len(values) for name, values in self.inputs.items()}
        sizes |= {"labels": len(self.labels), "raw": len(self.raw)}
        if not self.inputs or not len(self.labels):
            raise ValueError(
                f"Artifacts are compared on held-out examples: give at least one. Received: {sizes}"
            )
        if len(set(sizes.values())) > 1:
            raise ValueError(f"inputs, labels and raw must have the same length. Received: {sizes}")

    def __len__(self) -> int:
        return len(self.labels)

    def sample(self, size: int, seed: int = 0) -> HeldOut:
        """Draw at most `size` examples, stratified by class if the labels are classes.

        Args:
            size: Largest number of examples.
            seed: Random seed. Defaults to 0.

        Returns:
            The examples in their original order; the object itself if it is small enough.
        """
        if len(self) <= size:
            return self
        shuffled = np.random.default_rng(seed).permutation(len(self))
        if self.labels.ndim == 1 and self.labels.dtype.kind in "iu":
            # Equal steps through the examples sorted by class give each class its share.
            shuffled = shuffled[np.argsort(self.labels[shuffled], kind="stable")]
        chosen = np.sort(shuffled[np.linspace(0, len(self) - 1, size).round().astype(int)])
        return HeldOut(
            inputs={name: values[chosen] for name, values in self.inputs.items()},
            labels=self.labels[chosen],
            raw=[self.raw[index] for index in chosen],
        )


def check_same_scale(held_out: HeldOut, calibration: HeldOut) -> None:
    """Check that calibration examples have the scale of the held-out ones.

    Integer files take their number ranges from these examples: on a wrong scale they ruin the
    file without an error.

    Args:
        held_out: The examples that artifacts are compared on.
        calibration: Examples from the training split.

    Raises:
        ValueError: If names differ, or the values of an input spread over very different ranges.
    """
    if set(calibration.inputs) != set(held_out.inputs):
        raise ValueError(
            f"Calibration needs the inputs {sorted(held_out.inputs)}. "
            f"Received: {sorted(calibration.inputs)}"
        )
    for name, values in calibration.inputs.items():
        if not np.issubdtype(values.dtype, np.floating):
            continue
        there, here = _spread(held_out.inputs[name]), _spread(values)
        size = max(there[1] - there[0], 1e-6)
        ends = [abs(ours - theirs) / size for ours, theirs in zip(here, there, strict=True)]
        if max(ends) > 0.5 or not 0.5 <= (here[1] - here[0]) / size <= 2.0:
            raise ValueError(
                f"Calibration values of {name!r} are on another scale than the held-out ones, "
                f"which span {there[0]:g} to {there[1]:g}: prepare both in the same way. "
                f"Received: values from {here[0]:g} to {here[1]:g}"
            )


def check_pixels(held_out: HeldOut) -> None:
    """Check that images have values from 0 to 255, as every artifact expects.

    Args:
        held_out: The examples that artifacts are compared on.

    Raises:
        ValueError: If pixels lie outside 0 to 255, or all of them in 0 to 1.
    """
    pixels = held_out.inputs.get("pixels")
    if pixels is None:
        return
    low, high = float(pixels.min()), float(pixels.max())
    if not (low >= 0 and 1 < high <= 255):
        raise ValueError(
            "Give images with values from 0 to 255: scaling is part of the model. "
            f"Received: pixels from {low:g} to {high:g}"
        )


def _spread(values: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(values[:: max(1, len(values) // 50)], [1, 99])
    return float(low), float(high)
