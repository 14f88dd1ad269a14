"""Report labels that look wrong: classes, several labels, and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.strata import quantile_strata
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.labels.classes import LabelEvidence, class_evidence
from kerastl.seeing.inspecting.labels.out_of_fold import OutOfFold
from kerastl.seeing.inspecting.problem import Problem

_FAR = 4.0  # robust standard deviations of the residuals


def label_problems(
    examples: AllExamples, features: np.ndarray, groups: np.ndarray, seed: int
) -> list[Problem]:
    """Report the labels that disagree with linear probes fitted without their example.

    Args:
        examples: Examples with one class, several labels, or numbers each.
        features: float32 of shape `(examples, features)`, centred.
        groups: Group of each example; copies are held out together.
        seed: Seed of the folds.

    Returns:
        The problems, the surest first. Those that are not `probable` are candidates.

    Raises:
        ValueError: If cross-validation is not possible.
    """
    whole = examples.whole
    if isinstance(whole, NumberSplit):
        return _number_problems(examples, whole, features, groups, seed)
    if isinstance(whole, MultiLabelSplit):
        return _multi_label_problems(examples, whole, features, groups, seed)
    labels: Any = whole.labels
    evidence = class_evidence(features, labels, len(whole.class_names), groups, seed)
    return class_problems(examples, evidence)


def class_problems(examples: AllExamples, evidence: LabelEvidence) -> list[Problem]:
    """Report the examples whose class is less probable than another one.

    Args:
        examples: Examples with one class each.
        evidence: What cross-validated probes say.

    Returns:
        The problems, the surest first.
    """
    names, probable = examples.whole.class_names, evidence.probable
    return [
        _problem(
            examples,
            index,
            names[int(evidence.best[index])],
            f"{evidence.other[index]:.0%} {printable(names[int(evidence.best[index])])}, "
            f"{evidence.given[index]:.0%} {printable(names[int(evidence.labels[index])])}",
            float(evidence.score[index]),
            bool(probable[index]),
        )
        for index in evidence.ranked().tolist()
    ]


def _multi_label_problems(
    examples: AllExamples,
    whole: MultiLabelSplit,
    features: np.ndarray,
    groups: np.ndarray,
    seed: int,
) -> list[Problem]:
    table: Any = whole.labels
    changes: dict[int, list[tuple[float, int, bool]]] = {}
    for column, _ in enumerate(whole.class_names):
        has = table[:, column].astype(np.int32)
        if min(has.sum(), len(has) - has.sum()) < 2:
            continue
        evidence = class_evidence(features, has, 2, groups, seed)
        probable = evidence.probable
        for index in evidence.ranked().tolist():
            change = float(evidence.score[index]), column, bool(probable[index])
            changes.setdefault(index, []).append(change)
    problems = []
    for index, found in changes.items():
        sure = [each for each in found if each[2]] or found
        row = table[index].copy()
        for _, column, _ in sure:
            row[column] = 1 - row[column]
        suggested = "; ".join(
            name for name, is_set in zip(whole.class_names, row, strict=True) if is_set
        )
        said = ", ".join(
            f"{printable(whole.class_names[column])} {'is missing' if row[column] else 'too many'}"
            for _, column, _ in sure
        )
        score = max(own for own, _, _ in sure)
        problems.append(
            _problem(examples, index, suggested, said, score, any(each[2] for each in sure))
        )
    return sorted(problems, key=lambda problem: -problem.score)


def _number_problems(
    examples: AllExamples, whole: NumberSplit, features: np.ndarray, groups: np.ndarray, seed: int
) -> list[Problem]:
    table = np.asarray(whole.labels, "float64")
    scale = np.maximum(table.std(axis=0), 1e-12)
    targets = (table - table.mean(axis=0)) / scale

    def losses(given: np.ndarray, rows: np.ndarray) -> float:
        return float(np.square(given - targets[rows]).mean())

    strata = quantile_strata(table[:, 0], 5)
    fitted = OutOfFold(features, targets, strata, groups, seed, losses)
    predicted = np.full(targets.shape, np.nan)
    for rows, given in fitted.predictions():
        predicted[rows] = given
    residuals = np.abs(predicted - targets)
    spread = np.maximum(1.4826 * np.nanmedian(residuals, axis=0), 1e-6)
    far = np.nanmax(residuals / spread, axis=1, initial=0.0)
    problems = []
    for index in np.argsort(-far).tolist():
        if not far[index] > _FAR / 2:
            break
        values = predicted[index] * scale + table.mean(axis=0)
        suggested = "; ".join(f"{value:.6g}" for value in values)
        said = f"the other examples suggest {suggested}: {far[index]:.1f} usual errors away"
        score = float(1 - _FAR / 2 / (far[index] + _FAR / 2))
        problems.append(_problem(examples, index, suggested, said, score, far[index] > _FAR))
    return problems


def _problem(
    examples: AllExamples, index: int, suggested: str, detail: str, score: float, probable: bool
) -> Problem:
    return Problem(
        "label",
        examples.key(index),
        examples.split(index),
        examples.given(index),
        suggested,
        detail,
        score,
        index,
        probable=bool(probable),
    )
