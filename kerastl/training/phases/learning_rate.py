"""How the learning rate runs through a phase, and how it differs between stages."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kerastl.basics.arguments import check_number

Shape = Literal["cosine", "linear", "constant", "annealed", "one_cycle", "steps"]


@dataclass(frozen=True)
class LearningRate:
    """Say how fast a phase learns.

    Args:
        peak: The highest rate. Defaults to the backbone's declared fine-tuning rate; to 1e-3
            where only the head trains, and 5e-4 where low-rank matrices do.
        shape: What follows the rise: `"cosine"`, a half cosine to zero (Loshchilov and Hutter
            2017); `"linear"`, a line to zero, which with `warmup` is the slanted triangle of
            Howard and Ruder 2018; `"constant"`; `"annealed"`, the peak over (1 + 10 p)^0.75
            with p from 0 to 1, which DANN was trained with (Ganin et al. 2016, section 5.2.2);
            `"one_cycle"`, a cosine rise and a cosine fall (Smith and Topin 2018, as fastai
            has it); `"steps"`, a tenth each time at 30, 60 and 90 % of the steps (Kolesnikov et
            al. 2020). Defaults to `"cosine"`.
        warmup: Share of the phase's steps in which the rate rises, in `[0, 1)`. Fresh moment
            estimates make Adam's first steps unreliable (Liu et al. 2020). Defaults to 0.1.
        start: Share of the peak that the rise begins at, in `[0, 1]`. Defaults to 1/25 for
            `"one_cycle"`, as fastai has it, and to 0 for every other shape.
        stage_decay: Factor on the rate for each stage further from the head, in `(0, 1]`:
            the last stage that trains and the head have the peak. Defaults to 1.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> LearningRate(1e-4, stage_decay=0.9).stage_decay
    0.9
    """

    peak: float | None = None
    shape: Shape = "cosine"
    warmup: float = 0.1
    start: float | None = None
    stage_decay: float = 1.0

    def __post_init__(self) -> None:
        if self.peak is not None:
            check_number("learning_rate", self.peak, "(0, inf)")
        if self.shape not in get_args(Shape):
            names = ", ".join(map(repr, get_args(Shape)))
            raise ValueError(f"`shape` must be one of {names}. Received: shape={self.shape!r}")
        check_number("warmup", self.warmup, "[0, 1)")
        if self.start is not None:
            check_number("start", self.start, "[0, 1]")
        check_number("stage_decay", self.stage_decay, "(0, 1]")

    @classmethod
    def of(cls, value: "float | dict[str, Any] | LearningRate | None") -> "LearningRate":
        """Return a rate from what a user may pass as a learning rate."""
        if isinstance(value, LearningRate):
            return value
        if isinstance(value, dict):
            return cls(**value)
        return cls(value)

    def get_config(self) -> dict[str, Any]:
        """Return the rate as plain values."""
        return asdict(self)
