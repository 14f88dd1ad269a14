"""The tables that the docs show."""

from collections.abc import Callable
from functools import partial

import numpy as np
from spread import spread

from adaptation.results import Results
from adaptation.task import Task

OLDER = "†"
"""Marks a method of which some runs are of an earlier version."""
Column = Callable[[str], np.ndarray]
"""From a pair to accuracies, one a seed."""


def tables(task: Task, results: Results) -> str:
    """Write accuracy by pair, and what is true of each method over all pairs."""
    columns = {
        name: column
        for name, column in _columns(task, results).items()
        if any(len(column(pair)) for pair in task.pairs)
    }
    return "\n".join([*_by_pair(task, columns), "", *_by_method(task, results)])


def _columns(task: Task, results: Results) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    if not task.own_baselines:
        columns["source-only baseline"] = results.baselines
    for method in (*task.methods, *task.peers):
        columns[method] = partial(results.accuracies, method)
        if task.own_baselines:
            columns[f"baseline of {method}"] = partial(results.baselines, method=method)
    return columns


def _by_pair(task: Task, columns: dict[str, Column]) -> list[str]:
    lines = [_row(["pair", *columns]), _row(["---"] * (len(columns) + 1))]
    for pair in task.pairs:
        found = [column(pair) for column in columns.values()]
        if any(map(len, found)):
            lines.append(_row([pair, *map(spread, found)]))
    lines.append(_row(["**mean**", *(_mean(task, column) for column in columns.values())]))
    return lines


def _mean(task: Task, column: Column) -> str:
    found = [column(pair) for pair in task.pairs]
    # A method that is missing on some pair has no mean to compare.
    return f"**{np.mean([each.mean() for each in found]):.3f}**" if all(map(len, found)) else ""


def _by_method(task: Task, results: Results) -> list[str]:
    lines = [
        "| method | seeds | above its baseline | helped | no evidence | harmed "
        "| mean of what is kept | seconds a pair | CPU seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for method in (*task.methods, *task.peers):
        found = results.select(method)
        if not found:
            continue
        seeds = len({each.seed for each in found})
        verdicts = [
            str(sum(each.verdict == verdict for each in found))
            for verdict in ("helped", "no evidence", "harmed")
        ]
        judged = [each for each in found if each.baseline_accuracy is not None]
        gain = np.array([each.accuracy - each.baseline_accuracy for each in judged])
        kept = [each.kept_accuracy for each in judged]
        lines.append(
            _row(
                [
                    f"{method} {OLDER}" if any(each.older for each in found) else method,
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


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
