"""Full-integer files of convolutional networks."""

from collections.abc import Sequence

import numpy as np

from artifacts.case import Case
from artifacts.compared import compared
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row, spread


def _measure(prepared: Prepared) -> Rows:
    return {} if prepared.case.is_text else compared(prepared, rounds=40)


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head(
        "case", "seeds", "model", "int8", "drop", "agreement", "float32 MB", "int8 MB", "size",
        "float32 ms", "int8 ms", "latency",
    )  # fmt: skip
    for case in cases:
        accuracy = results.values(case.name, "model", "accuracy")
        metrics = [
            str(len(accuracy)),
            spread(accuracy),
            spread(results.values(case.name, "int8", "accuracy")),
            spread(results.loss(case.name, "int8")),
        ]
        metrics.append(spread(results.values(case.name, "int8", "agreement")))
        for figure, factor in (("bytes", 1e-6), ("cpu_ms", 1.0)):
            pair = [results.values(case.name, file, figure) for file in ("float32", "int8")]
            metrics += [f"{each.mean() * factor:.2f}" if len(each) else "-" for each in pair]
            metrics.append(spread(results.ratio(case.name, "int8", "float32", figure), ".2f"))
        lines.append(row([case.name, *metrics]))
    refused = _refused(results, cases)
    return [*lines, "", *(refused or ["No int8 file was refused or needed a second attempt."])]


def _refused(results: Results, cases: Sequence[Case]) -> list[str]:
    first = "least-error ranges"
    found = []
    for case in cases:
        decisions = results.values(case.name, "int8", "decision")
        candidates = results.values(case.name, "int8", "candidate")
        for seed, (decision, candidate) in enumerate(zip(decisions, candidates, strict=True)):
            if decision != "kept" or candidate != first:
                found.append(f"- {case.name}, seed {seed}: {decision} ({candidate})")
    return found


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    drops, found = [], []
    for case in cases:
        drop = results.loss(case.name, "int8")
        drops += [drop.mean()] if len(drop) else []
        agreement = results.values(case.name, "int8", "agreement")
        if len(agreement) and agreement.mean() < 0.98:
            found.append(f"{case.name}: agreement {agreement.mean():.3f}, not .98")
        for figure, bound, name in (("bytes", 0.3, "size"), ("cpu_ms", 0.55, "latency")):
            ratio = results.ratio(case.name, "int8", "float32", figure)
            if len(ratio) and ratio.mean() > bound:
                found.append(f"{case.name}: {name} {ratio.mean():.3f} of float32, not {bound}")
    if drops and np.mean(drops) > 0.005:
        found.append(f"accuracy drops by {np.mean(drops):.4f} in the mean of cases, not .005")
    return found


TABLE = Table(
    "integer",
    "Full-integer files of convolutional networks",
    "Accuracy and agreement on the test part, mean and standard deviation over seeds; size and "
    "latency are shares of float32's. Latency is the median processor time of one thread.",
    _measure,
    _lines,
    _missed,
)
