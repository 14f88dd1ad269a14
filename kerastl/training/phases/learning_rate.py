"""The learning-rate schedule of a phase, and the decay of the rate from stage to stage."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kerastl.basics.arguments import check_choice, check_number

ScheduleName = Literal["cosine", "linear", "constant", "annealed", "one_cycle", "steps"]


@dataclass(frozen=True)
class LearningRate:
    """The learning-rate schedule of a phase: a rise to a peak, then a fall.

    Args:
        peak: The highest learning rate. Defaults to the backbone's declared fine-tuning rate; to
            1e-3 if only the head trains, and to 5e-4 if low-rank matrices train.
        schedule: The rate after the rise: `"cosine"`, a half cosine to zero (Loshchilov and
            Hutter 2017); `"linear"`, a line to zero, which with `warmup` is the slanted triangle of
            Howard and Ruder 2018; `"constant"`; `"annealed"`, the peak divided by
            (1 + 10 p)^0.75 with p from 0 to 1, as for DANN (Ganin et al. 2016, section 5.2.2);
            `"one_cycle"`, a cosine rise and a cosine fall (Smith and Topin 2018, as in
            fastai); `"steps"`, divided by 10 at 30, 60 and 90 % of the steps (Kolesnikov et al.
            2020). Defaults to `"cosine"`.
        warmup: Share of the phase's steps in which the rate rises, in `[0, 1)`. New moment
            estimates make Adam's first steps unreliable (Liu et al. 2020). Defaults to 0.1.
        start: Share of the peak at the first step, in `[0, 1]`. Defaults to 1/25 for
            `"one_cycle"`, as in fastai, and to 0 for every other schedule.
        stage_decay: Factor on the rate for each stage further from the head, in `(0, 1]`. The
            head and the last stage that trains use the peak. Defaults to 1.

    Raises:
        ValueError: If a value is out of its range or the schedule is unknown.

    Example:

    >>> LearningRate(1e-4, stage_decay=0.9).stage_decay
    0.9
    """

    peak: float | None = None
    schedule: ScheduleName = "cosine"
    warmup: float = 0.1
    start: float | None = None
    stage_decay: float = 1.0

    def __post_init__(self) -> None:
        if self.peak is not None:
            check_number("learning_rate", self.peak, "(0, inf)")
        check_choice("schedule", self.schedule, get_args(ScheduleName))
        check_number("warmup", self.warmup, "[0, 1)")
        if self.start is not None:
            check_number("start", self.start, "[0, 1]")
        check_number("stage_decay", self.stage_decay, "(0, 1]")

    @classmethod
    def of(cls, value: "float | dict[str, Any] | LearningRate | None") -> "LearningRate":
        """Return a `LearningRate` from a peak, a dictionary of arguments or None."""
        if isinstance(value, LearningRate):
            return value
        if isinstance(value, dict):
            return cls(**value)
        return cls(value)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return asdict(self)
