"""Rules of the verdict that were tried, on the stored evidence."""

from collections.abc import Callable, Iterable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adaptation.confusions import judged, most_lost, set_by, truth
from adaptation.reached_again import stored_evidence, uses_source
from adaptation.results import Result
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.assumptions import unmet_assumptions

Found = Callable[[Result, AdaptationEvidence], str]
_HALF = 0.5


def tried_rules(results: Iterable[Result]) -> list[str]:
    """Write a table of rules, and how often each is right.

    Args:
        results: Runs; those without evidence, and those in which nothing was adapted, are left out.
    """
    runs = [
        (each, stored_evidence(each))
        for each in judged(results)
        if each.evidence is not None and "Chosen method: none" not in each.choice
    ]
    if not any(set_by(each) for each, _ in runs):
        return []
    rules: dict[str, list[str | None]] = {
        "the present one": [each.verdict for each, _ in runs],
        "most validators alone": [_voted(*each) for each in runs],
        "validators, or half of the proxy A-distance with methods that use the source": [
            _voted_or_aligned(*each) for each in runs
        ],
        "the accuracy estimated from confidences (ATC) rises or falls by a standard error": [
            _estimated(*each) for each in runs
        ],
        "the present one on the runs with this estimate": [
            each.verdict if evidence.estimated_accuracy else None for each, evidence in runs
        ],
        "logistic regression on all metrics, fitted on the pairs the rules were set on": _fitted(
            runs
        ),
        "logistic regression fitted on all pairs but the one it judges": _left_out(runs),
    }
    chosen = np.array([set_by(each) for each, _ in runs])
    truths = np.array([truth(each) for each, _ in runs])
    lines = [
        "| rule | right on the pairs it may be set on | right on the others | *helped* that lost "
        "more than a point |",
        "|---|---|---|---|",
    ]
    for name, found in rules.items():
        measured = np.array([each is not None for each in found])
        right = np.array(found) == truths
        lost = sum(
            finding == "helped" and most_lost(each)
            for finding, (each, _) in zip(found, runs, strict=True)
        )
        cells = [
            f"{right[part].sum()} of {part.sum()} ({right[part].mean():.0%})" if part.any() else ""
            for part in (chosen & measured, ~chosen & measured)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {lost} |")
    return lines


def _voted(result: Result, evidence: AdaptationEvidence) -> str:
    return "helped" if 2 * evidence.votes > len(evidence.validators) else "harmed"


def _voted_or_aligned(result: Result, evidence: AdaptationEvidence) -> str:
    distance = evidence.proxy_a_distance
    if (
        result.verdict == "no evidence"
        and uses_source(result)
        and not unmet_assumptions(evidence)
        and distance.adapted < _HALF * distance.baseline
    ):
        return "helped"
    return result.verdict


def _estimated(result: Result, evidence: AdaptationEvidence) -> str | None:
    """Return the finding by the estimated accuracy; None for runs without it."""
    estimate = evidence.estimated_accuracy
    if estimate is None or result.standard_error is None:
        return None
    gain = estimate.adapted - estimate.baseline
    if abs(gain) <= result.standard_error:
        return "no evidence"
    return "helped" if gain > 0 else "harmed"


def _fitted(runs: list[tuple[Result, AdaptationEvidence]]) -> list[str]:
    rows, truths = _table(runs)
    chosen = np.array([set_by(each) for each, _ in runs])
    return list(_classifier().fit(rows[chosen], truths[chosen]).predict(rows))


def _left_out(runs: list[tuple[Result, AdaptationEvidence]]) -> list[str]:
    rows, truths = _table(runs)
    pairs = np.array([each.pair for each, _ in runs])
    found = np.empty(len(runs), dtype=object)
    for pair in set(pairs):
        own = pairs == pair
        found[own] = _classifier().fit(rows[~own], truths[~own]).predict(rows[own])
    return list(found)


def _classifier():
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))


def _table(runs: list[tuple[Result, AdaptationEvidence]]) -> tuple[np.ndarray, np.ndarray]:
    rows = [_metrics(evidence, uses_source(each)) for each, evidence in runs]
    return np.array(rows), np.array([truth(each) for each, _ in runs])


def _metrics(evidence: AdaptationEvidence, from_source: bool) -> list[float]:
    """Return what the verdict reads, as numbers."""
    distance, accuracy = evidence.proxy_a_distance, evidence.source_accuracy
    on_source, on_target = np.maximum(evidence.baseline_entropy, 1e-3)
    changes = [
        (each.adapted - each.baseline) / (abs(each.baseline) + 1e-3)
        for each in evidence.validators.values()
    ]
    return [
        *changes,
        distance.baseline,
        distance.adapted - distance.baseline,
        float(np.log(on_target / on_source)),
        1 - evidence.agreement,
        evidence.moved,
        evidence.shares_differ,
        accuracy.baseline,
        (accuracy.adapted - accuracy.baseline) * evidence.source_examples**0.5,
        float(from_source),
    ]
