"""Results of the transfer benchmark and the tables made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from result_lines import FOLDER, read_lines, write_lines
from spread import spread

_PATH = FOLDER / "transfer.jsonl"

SEEDS = 5
"""How many a case is to have."""

METHODS = ("a", "b", "probe", "auto")
"""Those with an accuracy. `"pass"` beside them only takes time."""


@dataclass(frozen=True)
class Result:
    """One method on one case with one seed."""

    case: str
    seed: int
    method: str
    accuracy: float | None
    seconds: float
    cpu_seconds: float
    note: str
    machine: str
    calibration_error: float | None = None


def read() -> list[Result]:
    """Read the stored results."""
    return [Result(**row) for row in read_lines(_PATH)]


def write(results: Iterable[Result]) -> None:
    """Replace the stored results."""
    write_lines(_PATH, results)


def tables(results: list[Result]) -> str:
    """Write the tables that the docs show."""
    cases = list(dict.fromkeys(result.case for result in results))
    gains = gains_by_data(results)
    each = ", ".join(f"{name} {gain:+.3f}" for name, gain in gains.items())
    mean = np.mean(list(gains.values()))
    overall = f"Gain of auto over the probe, by data set: {each}; mean {mean:+.3f}."
    return "\n".join([*_accuracy(results, cases), "", overall, "", *_time(results, cases)])


def gains_by_data(results: list[Result]) -> dict[str, float]:
    """Return what auto gains over the probe on each data set, the mean of its cases."""
    gains: dict[str, list[float]] = {}
    for case in dict.fromkeys(result.case for result in results):
        auto, probe = (_by_seed(results, case, m, "accuracy") for m in ("auto", "probe"))
        if len(auto) == len(probe) > 0:
            gains.setdefault(case.split(",")[0], []).append(float((auto - probe).mean()))
    return {name: float(np.mean(each)) for name, each in gains.items()}


def missed(results: list[Result]) -> list[str]:
    """Name the targets that the results miss."""
    cases = list(dict.fromkeys(result.case for result in results))
    found = []
    for case in cases:
        accuracy = {m: _by_seed(results, case, m, "accuracy") for m in METHODS}
        seconds = {m: _by_seed(results, case, m, "seconds") for m in METHODS}
        if not all(len(each) for each in accuracy.values()):
            found.append(f"{case}: not every method was run")
            continue
        fewest = min(map(len, accuracy.values()))
        if fewest < SEEDS:
            found.append(f"{case}: {fewest} seeds, not {SEEDS}")
        mean = {m: float(each.mean()) for m, each in accuracy.items()}
        if "MiniLM" not in case:
            found += _missed_by_the_probe(results, case, mean, seconds)
        if not mean["auto"] > mean["b"]:
            found.append(f"{case}: auto is not above (b)")
        if mean["auto"] < max(mean["a"], mean["probe"]):
            found.append(f"{case}: auto is below the better of (a) and the probe")
        if (seconds["auto"] / seconds["b"]).mean() > 0.5:
            found.append(f"{case}: auto takes more than half of (b)'s time")
    overall = float(np.mean(list(gains_by_data(results).values())))
    if overall < 0.015:
        found.append(f"over all data sets auto is {overall:.3f} above the probe, not .015")
    return found


def _missed_by_the_probe(
    results: list[Result], case: str, mean: dict[str, float], seconds: dict[str, np.ndarray]
) -> list[str]:
    """Name the targets that the linear probe misses; they are for photos."""
    found = []
    if mean["probe"] - mean["a"] <= -0.005:
        found.append(f"{case}: the probe is {mean['a'] - mean['probe']:.3f} below (a)")
    if (seconds["a"] / seconds["probe"]).mean() < 15:
        found.append(f"{case}: the probe is not 15 times faster than (a)")
    one_pass = _by_seed(results, case, "pass", "seconds")
    if len(one_pass) != len(seconds["probe"]):
        found.append(f"{case}: one pass was not timed for every seed")
    elif (seconds["probe"] / one_pass).mean() > 1.5:
        found.append(f"{case}: the probe takes more than 1.5 times one pass")
    return found


def _by_seed(results: list[Result], case: str, method: str, figure: str) -> np.ndarray:
    chosen = [r for r in results if (r.case, r.method) == (case, method)]
    return np.array([getattr(r, figure) for r in sorted(chosen, key=lambda r: r.seed)])


def _accuracy(results: list[Result], cases: list[str]) -> list[str]:
    lines = [
        "| data, backbone | seeds | (a) frozen | (b) guide | linear probe | auto "
        "| auto - probe | auto - (b) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        rows = {m: _by_seed(results, case, m, "accuracy") for m in METHODS}
        cells = [spread(rows[m]) for m in METHODS]
        pairs = [_paired(rows["auto"], rows[m]) for m in ("probe", "b")]
        lines.append("| " + " | ".join([case, str(len(rows["auto"])), *cells, *pairs]) + " |")
    return lines


def _time(results: list[Result], cases: list[str]) -> list[str]:
    lines = [
        "| data, backbone | (a), s | (b), s | one pass, s | linear probe, s | auto, s "
        "| (a) : probe | in CPU seconds | probe : one pass | in CPU seconds "
        "| auto : (b) | in CPU seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        rows = [
            _by_seed(results, case, method, "seconds")
            for method in ("a", "b", "pass", "probe", "auto")
        ]
        cells = [f"{each.mean():.1f}" if len(each) else "" for each in rows]
        ratios = [
            _ratio(results, case, *pair, figure)
            for pair in (("a", "probe"), ("probe", "pass"), ("auto", "b"))
            for figure in ("seconds", "cpu_seconds")
        ]
        lines.append("| " + " | ".join([case, *cells, *ratios]) + " |")
    return lines


def _ratio(results: list[Result], case: str, upper: str, lower: str, figure: str) -> str:
    above, below = (_by_seed(results, case, method, figure) for method in (upper, lower))
    return f"{(above / below).mean():.2f}" if len(above) == len(below) > 0 else ""


def _paired(ours: np.ndarray, theirs: np.ndarray) -> str:
    if len(ours) != len(theirs) or not len(ours):
        return ""
    difference = ours - theirs
    count = len(difference)
    error = f" ± {difference.std(ddof=1) / np.sqrt(count):.3f}" if count > 1 else ""
    return f"{difference.mean():+.3f}{error}"
