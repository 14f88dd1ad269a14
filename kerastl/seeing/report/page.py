"""The page of a run."""

from __future__ import annotations

from typing import Any

from kerastl.basics.files.plot_file import NO_MATPLOTLIB
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.page.parts import short, tile
from kerastl.seeing.page.rendering import render
from kerastl.seeing.report.data_part import data_part
from kerastl.seeing.report.metrics_part import metrics_part
from kerastl.seeing.report.run import ReportedRun, named
from kerastl.seeing.report.training_part import training_part
from kerastl.seeing.report.worst_part import worst_part
from kerastl.version import __version__

_HEADLINE = (
    "accuracy", "macro_f1", "mean_average_precision", "map", "map50", "f1", "r2", "micro_f1",
    "exact", "expected_calibration_error", "loss",
)  # fmt: skip
_MOST_TILES = 4
_OUTPUTS = {
    "regression": ("target", "targets"),
    "multi_label": ("label", "labels"),
    "token": ("entity type", "entity types"),
}


def report_page(run: ReportedRun, folder: str) -> str:
    """Write the page of a run.

    Args:
        run: The run.
        folder: Name of its folder, for the lines that load it.

    Returns:
        The page, with its style, drawings and thumbnails inside. Its size is bounded: of many
        classes and examples it shows some.
    """
    data = None if run.data is None else data_part(run.data)
    task = run.recipe.task
    for name in ("few_shot", "multi_label"):
        task = task.replace(name, name.replace("_", "-"))
    task = task.replace("_", " ")
    return render(
        "report.html",
        title=run.title,
        version=__version__,
        folder=folder,
        lead=f"{task[0].upper()}{task[1:]} with {run.recipe.backbone.name}{_trained_on(run)}.",
        no_charts="" if has_matplotlib() else f"{NO_MATPLOTLIB}.",
        tiles=_tiles(run),
        decision=run.decision(),
        metrics=None if run.evaluation is None else metrics_part(run),
        worst=[] if run.evaluation is None else worst_part(run),
        worst_note=_worst_note(run.recipe.task),
        training=training_part(run.history, _settings(run)),
        data=data,
    )


def _worst_note(task: str) -> str:
    """Return how the worst examples are ordered and drawn."""
    if "regression" in task:
        return "The largest errors come first. Look for wrong numbers among them."
    note = "The most confidently wrong predictions come first. Look for wrong labels among them."
    return f"{note} Green boxes are true, orange ones predicted." if "detection" in task else note


def _trained_on(run: ReportedRun) -> str:
    return "" if run.data is None else f", trained on {len(run.data.train):,} examples"


def _tiles(run: ReportedRun) -> list[dict[str, str]]:
    metrics = run.metrics
    intervals = {} if run.evaluation is None else run.evaluation.intervals
    tiles = []
    known = [name for name in _HEADLINE if name in metrics]
    for name in [*known, *(each for each in metrics if each not in known)][:_MOST_TILES]:
        low, high = intervals.get(name, (float("nan"), float("nan")))
        spread = "" if low != low else f", {low:.3f} to {high:.3f}"
        tiles.append(tile(f"{metrics[name]:.3f}", f"{named(name)}{spread}"))
    if run.evaluation is not None:
        tiles.append(tile(f"{len(run.evaluation.results):,}", f"examples of {run.evaluated_on}"))
    count = len(run.groups) or len(run.recipe.class_names)
    tiles.append(tile(f"{count:,}", _outputs(run.recipe.task, count)))
    return tiles


def _outputs(task: str, count: int) -> str:
    """Return what a task's outputs are called."""
    for part, names in _OUTPUTS.items():
        if part in task:
            return names[count != 1]
    return "class" if count == 1 else "classes"


def _settings(run: ReportedRun) -> dict[str, Any]:
    recipe = run.recipe
    settings = {"backbone": recipe.backbone.name, "seed": str(recipe.seed)}
    settings |= {name: short(str(value), 60) for name, value in recipe.backbone.options.items()}
    settings |= {
        name.replace("_", " "): " x ".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
        for name, value in recipe.input_arguments().items()
        if value is not None
    }
    settings["feature stages"] = ", ".join(recipe.feature_stages)
    if run.seconds is not None:
        settings["time"] = f"{run.seconds:.0f} s"
    return settings
