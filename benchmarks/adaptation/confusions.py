"""Verdicts against what adaptation did to the accuracy on the target."""

from collections import Counter
from collections.abc import Iterable

from adaptation.results import Result

_FINDINGS = ("helped", "no evidence", "harmed")
# A loss on the target that no verdict may call a benefit.
_MOST_LOST = 0.01


def judged(results: Iterable[Result]) -> list[Result]:
    """Return the results with a verdict and with a margin for the truth."""
    return [each for each in results if each.verdict and each.standard_error is not None]


def truth(result: Result) -> str:
    """Return whether accuracy rose or fell by more than a standard error of the difference."""
    assert result.baseline_accuracy is not None
    assert result.standard_error is not None
    gain = result.accuracy - result.baseline_accuracy
    if abs(gain) <= result.standard_error:
        return "no evidence"
    return "helped" if gain > 0 else "harmed"


def confusions(results: Iterable[Result]) -> list[str]:
    """Write a table of verdicts and true effects, and what follows from it."""
    runs = judged(results)
    if not runs:
        return []
    counted = Counter((each.verdict, truth(each)) for each in runs)
    lines = [
        "| verdict | accuracy rose | unchanged | fell | all |",
        "|---|---|---|---|---|",
    ]
    for finding in _FINDINGS:
        row = [counted[finding, each] for each in _FINDINGS]
        lines.append(f"| *{finding}* | {' | '.join(map(str, row))} | {sum(row)} |")
    right = sum(counted[each, each] for each in _FINDINGS)
    opposite = counted["helped", "harmed"] + counted["harmed", "helped"]
    wrong = [
        each
        for each in runs
        if each.verdict == "helped" and each.accuracy < each.baseline_accuracy - _MOST_LOST
    ]
    kept = Counter(truth(each) for each in runs if each.advised != "baseline")
    lines += [
        "",
        f"The model that is kept is more accurate than the baseline in {kept['helped']} runs, less "
        f"accurate in {kept['harmed']}, and the baseline itself or equal to it in the other "
        f"{len(runs) - kept['helped'] - kept['harmed']}.",
        f"The verdict is right in {right} of {len(runs)} runs ({right / len(runs):.0%}), and the "
        f"opposite of the truth in {opposite} ({opposite / len(runs):.0%}).",
        f"*Helped* that lost more than a point: {len(wrong)}"
        + (": " if wrong else ".")
        + ", ".join(
            f"{each.pair} with {each.method}, seed {each.seed} "
            f"({each.accuracy - each.baseline_accuracy:+.3f})"
            for each in wrong
        )
        + ("." if wrong else ""),
    ]
    return lines
