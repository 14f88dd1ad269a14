"""The page of the docs, written from all results."""

from pathlib import Path

import numpy as np

from adaptation.confusions import confusions, judged
from adaptation.results import Result, Results
from adaptation.tables import OLDER, tables
from adaptation.task import Task
from adaptation.tasks import TASKS, load
from adaptation.tried_rules import tried_rules

_PATH = Path(__file__).parents[2] / "docs" / "adaptation.md"
_INTRODUCTION = f"""\
# Domain adaptation, measured

A model is trained on a labelled source and used on a target without labels. This page shows what
[`fit(source, adapt_to=target)`](adapting.md) gains over the same model without the target.

- **source-only baseline**: the model trained on the source alone. It is the linear probe if the
  backbone is frozen. `fit` keeps it if the verdict advises so.
- **a method's column**: accuracy of its last iterate on the target, whatever the verdict says.
- **kept**: accuracy of the model that a user gets, the adapted one or the baseline, as the verdict
  advises.
- **verdict**: *helped*, *no evidence* or *harmed*, found without target labels.

Target labels are used for these metrics and for models trained on the target, and for nothing
else. Numbers are means over seeds, with the standard deviation. Every method has its default
settings. Seconds are those of a whole `fit`, with baseline and verdict; the first method of a pair
computes the features of the frozen backbone, and others read them from the cache. {OLDER} marks
methods with runs of an earlier version. The script is `python benchmarks/adaptation`; each section
gives the name of its task and says what was tuned on it.
"""
_VERDICTS = """\
## Is the verdict right?

The verdict of each run, and what happened to the accuracy on the target. *Rose* and *fell* mean by
more than one standard error of the difference on the same test examples. In brackets are the runs
on the pairs that the rules were set on, and the others. Those pairs are books → dvd, dvd → books,
webcam → amazon photos, and IMDB → Amazon sentences. Older runs are counted with the present rules,
and with an error from the share of changed predictions.

Two bounds are more cautious than these pairs ask for, because of runs on others. Domains look alike
below a proxy A-distance of 0.45: with 0.4 a run on kitchen → electronics would be called *helped*
that lost 5.7 points. Self-training needs a baseline with an entropy on the target of 1.1 times that
on the source: with 1.0 a run on yelp → amazon would be called *helped* that lost 1.7 points. The
bound on lost information was set after runs of Deep CORAL on photos in both directions.
"""
_TRIED = """\
The goal, 85 %, is not reached. Other rules were tried. A rule that is fitted to the metrics repeats
its own pairs and fails on others, so these metrics do not separate better than the present rule
does. The accuracy that is estimated from confidences is new in the evidence and known of few runs:
"""


def write() -> None:
    """Write the page."""
    _PATH.write_text(text(), "utf-8")


def text() -> str:
    """Return the page."""
    results = Results.read()
    measured = [load(name) for name in TASKS if len(results.of(name))]
    lines = [_INTRODUCTION, *_summary(measured, results)]
    every = [each for task in measured for each in results.of(task.name)]
    if judged(every):
        lines += ["", _VERDICTS, *confusions(every), "", _TRIED, *tried_rules(every)]
    for task in measured:
        own = results.of(task.name)
        explanation = task.explanation.strip()
        lines += ["", f"## {task.title}", "", f"Task `{task.name}`.\n{explanation}", ""]
        lines.append(tables(task, own))
        problems = task.missed(own)
        lines += ["", *(problems and ["Goals that are not reached:", ""])]
        lines += [f"- {each}" for each in problems] or ["All goals are reached."]
    lines += ["", "## Machines", "", *(f"- {each}" for each in results.machines)]
    return "\n".join([*lines, ""])


def missed() -> list[str]:
    """Name the targets that the results miss."""
    results = Results.read()
    return [
        problem
        for name in TASKS
        if len(results.of(name))
        for problem in load(name).missed(results.of(name))
    ]


def _summary(tasks: list[Task], results: Results) -> list[str]:
    """Write one line a task: the default, and the method that gains most."""
    lines = [
        "| task | baseline | `auto`, kept | gain of `auto` | method with the largest gain |",
        "|---|---|---|---|---|",
    ]
    for task in tasks:
        runs = [each for each in results.of(task.name) if each.baseline_accuracy is not None]
        by_method = {
            method: own
            for method in task.methods
            if (own := [each for each in runs if each.method == method])
        }
        gains = {
            method: _mean_gain(own)
            for method, own in by_method.items()
            if {each.pair for each in own} == set(task.pairs)
        }
        best = max(gains, key=gains.__getitem__, default=None)
        cells = [task.title, "", "", "", f"{best}, {gains[best]:+.3f}" if best else ""]
        auto = by_method.get("auto", [])
        if "auto" in gains:
            cells[1] = f"{np.mean([each.baseline_accuracy for each in auto]):.3f}"
            cells[2] = f"{np.mean([each.kept_accuracy for each in auto]):.3f}"
            cells[3] = f"{np.mean([each.kept_accuracy - _baseline(each) for each in auto]):+.3f}"
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _mean_gain(results: list[Result]) -> float:
    return float(np.mean([each.accuracy - _baseline(each) for each in results]))


def _baseline(result: Result) -> float:
    assert result.baseline_accuracy is not None
    return result.baseline_accuracy
