"""Apply the present rules of the verdict to stored evidence."""

from dataclasses import replace

from adaptation.results import Result, Results
from kerastl.adaptation.methods.resolve import METHODS, resolve_method
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence, Pair
from kerastl.adaptation.verdict.verdict import Verdict


def reached_again(results: Results) -> Results:
    """Return the results with the verdicts of the present rules.

    The choice of `auto` is not made again, and neither is training: where the rules of `auto`
    change, it must run again. Results without evidence stay as they are.
    """
    return Results(map(_again, results))


def _again(result: Result) -> Result:
    if result.evidence is None or "Chosen method: none" in result.choice:
        return result
    verdict = Verdict.reach(stored_evidence(result), uses_source(result))
    return replace(result, verdict=verdict.finding, advised=verdict.advised)


def stored_evidence(result: Result) -> AdaptationEvidence:
    """Return the evidence of a result, which must have some."""
    assert result.evidence is not None
    stored = dict(result.evidence)
    # Before shares were estimated, the predicted ones stood for them.
    stored.setdefault("target_shares", stored["baseline_shares"])
    for name in ("source_accuracy", "proxy_a_distance", "estimated_accuracy"):
        if stored.get(name) is not None:
            stored[name] = Pair(**stored[name])
    stored["validators"] = {name: Pair(**pair) for name, pair in stored["validators"].items()}
    return AdaptationEvidence(**stored)


def uses_source(result: Result) -> bool:
    """Return whether the adapted model was trained on the source too."""
    if result.method != "auto":
        return resolve_method(result.method).uses_source
    chosen = result.choice.removeprefix("Chosen method: ").split(",")[0]
    name = next(name for name, path in METHODS.items() if path.endswith(f":{chosen}"))
    return resolve_method(name).uses_source
