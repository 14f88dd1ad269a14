"""One step of a schedule: what trains, for how long, how fast."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from kerastl.training.rate import Rate

_TRAINS = re.compile(r"head|all|from:.+|last:[1-9][0-9]*")


@dataclass(frozen=True)
class Phase:
    """Say what trains, for how long and how.

    Args:
        trains: `"head"`; `"from:STAGE"`, the named stage and all that follow; `"last:N"`, the
            last N stages; or `"all"`. The head always trains. Everything else is frozen:
            its weights and statistics do not move and its dropout is off.
        epochs: Passes over the training examples. Defaults to 5. Ignored where `solve` is on.
        learning_rate: Peak rate of `StagedAdamW`, or a `Rate`, which also says its shape and
            its decay from stage to stage. Defaults to `Rate()`.
        solve: Solve the head exactly, as a regularised logistic regression on features that
            are computed once, instead of by gradient steps. Only with `trains="head"`.
        augment: Whether training examples are augmented. Defaults to False.
        weight_decay: Decoupled weight decay (Loshchilov and Hutter 2019), kept off biases
            and norms. Defaults to 0.01.
        freeze_batch_norm: Keep batch normalization in inference mode inside the stages that
            train: a few hundred examples are too few to estimate its statistics anew.
            Defaults to True.
        keep_best: Whether the phase ends with the weights of its best epoch on the validation
            split, or those it began with where no epoch shows that it helped; see `Judge`.
            Defaults to True.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> Phase("from:stage4", epochs=3, learning_rate=1e-4).trains
    'from:stage4'
    """

    trains: str
    epochs: int = 5
    learning_rate: float | Rate | None = None
    solve: bool = False
    augment: bool = False
    weight_decay: float = 0.01
    freeze_batch_norm: bool = True
    keep_best: bool = True

    def __post_init__(self) -> None:
        if not _TRAINS.fullmatch(self.trains):
            raise ValueError(
                "`trains` must be 'head', 'all', 'from:STAGE' or 'last:N'. "
                f"Received: trains={self.trains!r}"
            )
        if self.epochs < 1:
            raise ValueError(f"A phase lasts at least 1 epoch. Received: epochs={self.epochs}")
        if isinstance(self.learning_rate, dict):  # as a run file and get_config() have it
            object.__setattr__(self, "learning_rate", Rate(**self.learning_rate))
        Rate.of(self.learning_rate)
        if self.weight_decay < 0:
            raise ValueError(
                f"`weight_decay` must not be negative. Received: weight_decay={self.weight_decay}"
            )
        if self.solve and self.trains != "head":
            raise ValueError(
                "Only the head can be solved: use trains='head' with solve=True. "
                f"Received: trains={self.trains!r}"
            )

    @property
    def rate(self) -> Rate:
        """How fast the phase learns."""
        return Rate.of(self.learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Return the phase as plain values."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Phase":
        """Make the phase that `get_config` described."""
        return cls(**config)

    def __str__(self) -> str:
        if self.solve:
            return "head, solved"
        rate = "the backbone's" if self.rate.peak is None else f"{self.rate.peak:g}"
        return f"{self.trains}, {self.epochs} epochs, learning rate {rate}"
