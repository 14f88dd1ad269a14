"""Verdicts against what adaptation did to the accuracy on the target."""

from collections import Counter
from collections.abc import Iterable

from adaptation.results import Result

_FINDINGS = ("helped", "no evidence", "harmed")
_SET_ON = {
    ("amazon", "books → dvd"),
    ("amazon", "dvd → books"),
    ("photos", "webcam → amazon"),
    ("photos_fine_tuned", "webcam → amazon"),
    ("sentences", "imdb → amazon"),
    ("sentences_fine_tuned", "imdb → amazon"),
    ("counts", "imdb → amazon"),
}
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


def most_lost(result: Result) -> bool:
    """Return whether the adapted model lost more than a point."""
    assert result.baseline_accuracy is not None
    return result.accuracy < result.baseline_accuracy - _MOST_LOST


def set_by(result: Result) -> bool:
    """Return whether the rules of the verdict were set on runs of this pair."""
    return (result.task, result.pair) in _SET_ON


def confusions(results: Iterable[Result]) -> list[str]:
    """Write a table of verdicts and true effects, and what follows from it."""
    runs = judged(results)
    if not runs:
        return []
    counted = Counter((each.verdict, truth(each)) for each in runs)
    parts = [
        Counter((each.verdict, truth(each)) for each in runs if set_by(each) == chosen)
        for chosen in (True, False)
    ]
    lines = [
        "| verdict | accuracy rose | unchanged | fell | all |",
        "|---|---|---|---|---|",
    ]
    for finding in _FINDINGS:
        row = [
            f"{counted[finding, each]} ({parts[0][finding, each]} + {parts[1][finding, each]})"
            for each in _FINDINGS
        ]
        total = sum(counted[finding, each] for each in _FINDINGS)
        lines.append(f"| *{finding}* | {' | '.join(row)} | {total} |")
    right, *of_parts = (
        sum(each[finding, finding] for finding in _FINDINGS) for each in (counted, *parts)
    )
    opposite = counted["helped", "harmed"] + counted["harmed", "helped"]
    wrong = [each for each in runs if each.verdict == "helped" and most_lost(each)]
    kept = Counter(truth(each) for each in runs if each.advised != "baseline")
    lines += [
        "",
        f"The model that is kept is more accurate than the baseline in {kept['helped']} runs, less "
        f"accurate in {kept['harmed']}, and the baseline itself or equal to it in the other "
        f"{len(runs) - kept['helped'] - kept['harmed']}.",
        "",
        f"The verdict is right in {right} of {len(runs)} runs ({right / len(runs):.0%}), and the "
        f"opposite of the truth in {opposite} ({opposite / len(runs):.0%}). On the pairs that its "
        f"rules were set on, it is right in {of_parts[0]} of {parts[0].total()}; on the others in "
        f"{of_parts[1]} of {parts[1].total()}.",
        "",
        *_most_that_can_be_right(runs),
        "",
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


def _most_that_can_be_right(runs: list[Result]) -> list[str]:
    """Count how often a verdict could be right that is the same for all seeds."""
    groups: dict[tuple[str, str, str], Counter] = {}
    for each in runs:
        groups.setdefault((each.task, each.pair, each.method), Counter())[truth(each)] += 1
    several = [each for each in groups.values() if each.total() > 1]
    if not several:
        return []
    right = sum(max(each.values()) for each in several)
    total = sum(each.total() for each in several)
    return [
        "The truth of a run depends on its seed too. Take the most frequent truth of each method "
        "on each pair, found with target labels, as the verdict of all its seeds: it is right in "
        f"{right} of {total} runs ({right / total:.0%}).",
    ]
