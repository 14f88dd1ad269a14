"""What a training chose before its linear probe, with the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class TriedInput:
    """One row of evidence: a way to read examples, or a list of stages.

    Attributes:
        name: Such as `"288 x 288 pixels"`.
        loss: Mean cross-validated loss of the linear probe; None if it was not measured.
        difference: Loss minus that of the default.
        error: Standard error of `difference`, from paired examples.
        metric: Cross-validated metric of the task, such as accuracy.
        computation: Multiply-adds relative to the default.
        latency_ms: Milliseconds of one example in a float32 LiteRT file; None if not measured.
        note: Why it was not measured, or an empty text.
    """

    name: str
    loss: float | None = None
    difference: float | None = None
    error: float | None = None
    metric: float | None = None
    computation: float | None = None
    latency_ms: float | None = None
    note: str = ""


@dataclass(frozen=True)
class InputChoice:
    """The input and the feature stages that a training chose by cross-validation.

    Attributes:
        settings: Chosen attributes of the recipe, such as `image_size`.
        name: Name of the chosen input.
        reason: Why, as one line.
        feature_stages: Stages whose features the head reads.
        stages_reason: Why, as one line.
        metric_name: Name of the task's metric.
        examples: Number of training examples that the choice was made on.
        inputs: The ways to read examples that were tried or left out, from cheap to expensive.
        stages: The lists of stages that were tried, the default first.
        alternative: Name of the chosen way to read at the same computation; empty if there was no
            choice.
        alternatives: The ways that were tried, the default first.
        notes: Remarks about the data and about bounds, one sentence each.
        seconds: Seconds that the choice took.
    """

    settings: Mapping[str, Any]
    name: str
    reason: str
    feature_stages: tuple[str, ...]
    stages_reason: str
    metric_name: str = ""
    examples: int = 0
    inputs: Sequence[TriedInput] = ()
    stages: Sequence[TriedInput] = ()
    alternative: str = ""
    alternatives: Sequence[TriedInput] = ()
    notes: Sequence[str] = field(default=())
    seconds: float = 0.0

    @property
    def reasons(self) -> tuple[str, ...]:
        """Lines for a decision, besides that about the input, which the recipe has."""
        return (f"features of {', '.join(self.feature_stages)}: {self.stages_reason}", *self.notes)

    def get_config(self) -> dict[str, Any]:
        """Return the choice and its evidence as plain values."""
        config = asdict(self)
        # The same choice takes another time on a busy machine.
        del config["seconds"]
        plain = {name: _plain(value) for name, value in self.settings.items()}
        for name in ("inputs", "stages", "alternatives", "notes", "feature_stages"):
            config[name] = list(config[name])
        return {**config, "settings": plain}

    def __str__(self) -> str:
        tables = [
            (rows, chosen)
            for rows, chosen in (
                (self.inputs, self.name),
                (self.alternatives, self.alternative),
                (self.stages, ", ".join(self.feature_stages)),
            )
            if len(rows) > 1
        ]
        lines = []
        if tables:
            lines.append(
                f"Chosen by cross-validation of the linear probe on {self.examples} training "
                f"examples, in {self.seconds:.0f} s (± is a standard error of the difference):"
            )
        for rows, chosen in tables:
            lines += _table(rows, chosen, self.metric_name)
        lines.append(f"{self.name}: {self.reason}")
        return "\n".join([*lines, *self.reasons])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _table(rows: Sequence[TriedInput], chosen: str, metric: str) -> list[str]:
    head = ["", "loss", "difference", metric, "computation", "latency"]
    cells = [head, *([*_cells(row, chosen)] for row in rows)]
    used = [i for i in range(len(head)) if i == 0 or any(line[i] for line in cells[1:])]
    widths = [max(len(line[i]) for line in cells) for i in used]
    return [
        "  "
        + "  ".join(line[i].ljust(width) for i, width in zip(used, widths, strict=True)).rstrip()
        for line in cells
    ]


def _cells(row: TriedInput, chosen: str) -> list[str]:
    name = f"{'>' if row.name == chosen else ' '} {row.name}"
    if row.loss is None:
        return [name, row.note, "", "", "", _written(row.latency_ms, "{:.1f} ms")]
    apart = ""
    if row.difference is not None and row.error is not None and row.difference != 0.0:
        apart = f"{row.difference:+.3f} ± {row.error:.3f}"
    return [
        name,
        _written(row.loss, "{:.3f}"),
        apart,
        _written(row.metric, "{:.3f}"),
        _written(row.computation, "{:.2f}"),
        _written(row.latency_ms, "{:.1f} ms"),
    ]


def _written(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)
