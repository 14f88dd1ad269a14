"""Validation examples that a model was also trained on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


@dataclass(frozen=True)
class RefittedOn:
    """The validation examples on which a head was fitted again after they had decided.

    Attributes:
        examples: Number of the examples.
        fingerprint: Hash of their content; see `Split.fingerprint`.
        metrics: Cross-fitted metrics of the head on training and validation examples, by name:
            each example is measured with a head that was not fitted on it. Empty if the examples
            could not be divided.
    """

    examples: int
    fingerprint: str
    metrics: dict[str, float]

    @classmethod
    def of(cls, split: Split, metrics: dict[str, float]) -> Self:
        """Describe a validation split. Its files are read once."""
        return cls(len(split), split.fingerprint(), metrics)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Read what `get_config` returned.

        Raises:
            ValueError: If it has other values.
        """
        try:
            metrics = {str(name): float(value) for name, value in config["metrics"].items()}
            return cls(int(config["examples"]), str(config["fingerprint"]), metrics)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"'refitted_on' is not valid. Received: {config!r}") from error

    def get_config(self) -> dict[str, Any]:
        """Return the attributes as plain values."""
        return asdict(self)

    def holds(self, split: Split) -> bool:
        """Return whether a split has the same examples, in the same order."""
        return len(split) == self.examples and split.fingerprint() == self.fingerprint

    def __str__(self) -> str:
        measured = ", ".join(f"{name} {value:.3f}" for name, value in self.metrics.items())
        return (
            f"the model was also trained on these {self.examples} examples, so metrics on them "
            "are optimistic"
        ) + (f"; cross-fitted on all labelled examples: {measured}" if measured else "")
