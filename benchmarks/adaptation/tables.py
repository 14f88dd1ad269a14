"""The tables that the docs show."""

import numpy as np

from adaptation.results import TWIN, Results
from adaptation.task import Task


def tables(task: Task, results: Results) -> str:
    """Write accuracy by pair, and what is true of each method over all pairs."""
    columns = [TWIN, *task.methods, *task.peers]
    columns = [each for each in columns if any(map(len, _all(results, each, task.pairs)))]
    return "\n".join([*_by_pair(task, results, columns), "", *_by_method(task, results, columns)])


def _by_pair(task: Task, results: Results, columns: list[str]) -> list[str]:
    lines = [_row(["pair", *columns]), _row(["---"] * (len(columns) + 1))]
    for pair in task.pairs:
        found = [results.accuracies(column, pair) for column in columns]
        if any(map(len, found)):
            lines.append(_row([pair, *map(_spread, found)]))
    means = [results.mean(column, task.pairs) for column in columns]
    # A method that is missing on some pair has no mean to compare.
    shown = ["" if np.isnan(each) else f"**{each:.3f}**" for each in means]
    lines.append(_row(["**mean**", *shown]))
    return lines


def _by_method(task: Task, results: Results, columns: list[str]) -> list[str]:
    lines = [
        "| method | seeds | above its twin | helped | no evidence | harmed | mean of what is kept "
        "| seconds a pair | CPU seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for column in columns:
        found = results.select(column)
        if not found:
            continue
        seeds = len({each.seed for each in found})
        verdicts = [
            str(sum(each.verdict == verdict for each in found))
            for verdict in ("helped", "no evidence", "harmed")
        ]
        judged = [each for each in found if each.twin_accuracy is not None]
        gain = np.array([each.accuracy - each.twin_accuracy for each in judged])
        kept = [each.kept_accuracy for each in judged]
        lines.append(
            _row(
                [
                    column,
                    str(seeds),
                    f"{gain.mean():+.3f} ({gain.min():+.3f} to {gain.max():+.3f})"
                    if judged
                    else "",
                    *(verdicts if judged else [""] * 3),
                    f"{np.mean(kept):.3f}" if judged else "",
                    f"{np.mean([each.seconds for each in found]):.0f}",
                    f"{np.mean([each.cpu_seconds for each in found]):.0f}",
                ]
            )
        )
    return lines


def _all(results: Results, column: str, pairs: tuple[str, ...]) -> list[np.ndarray]:
    return [results.accuracies(column, pair) for pair in pairs]


def _spread(values: np.ndarray) -> str:
    if len(values) < 2:
        return f"{values[0]:.3f}" if len(values) else ""
    return f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
