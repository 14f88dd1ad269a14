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

_TIMED = ("a", "b", "pass", "probe", "auto")
_RATIOS = (("a", "probe"), ("probe", "pass"), ("auto", "b"), ("auto", "probe"))


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
    lines = [*_accuracy(results, cases), ""]
    for title, gains in (("photos", photo_gains(results)), ("texts", text_gains(results))):
        if gains:
            each = ", ".join(f"{name} {gain:+.3f}" for name, gain in gains.items())
            mean = np.mean(list(gains.values()))
            lines += [f"Gain of auto over the probe, {title}: {each}; mean {mean:+.3f}.", ""]
    return "\n".join([*lines, *_calibration(results, cases), "", *_time(results, cases)])


def photo_gains(results: list[Result]) -> dict[str, float]:
    """Return what auto gains over the probe on each data set of photos, the mean of its cases."""
    return _gains([each for each in results if "MiniLM" not in each.case], ",")


def text_gains(results: list[Result]) -> dict[str, float]:
    """Return what auto gains over the probe in each case of texts."""
    return _gains([each for each in results if "MiniLM" in each.case], ", MiniLM")


def _gains(results: list[Result], ending: str) -> dict[str, float]:
    gains: dict[str, list[float]] = {}
    for case in dict.fromkeys(result.case for result in results):
        auto, probe = _paired_values(results, case, ("auto", "probe"), "accuracy")
        if len(auto):
            gains.setdefault(case.split(ending)[0], []).append(float((auto - probe).mean()))
    return {name: float(np.mean(each)) for name, each in gains.items()}


def missed(results: list[Result]) -> list[str]:
    """Name the targets that the results miss."""
    cases = list(dict.fromkeys(result.case for result in results))
    found = []
    for case in cases:
        auto, probe = _paired_values(results, case, ("auto", "probe"), "accuracy")
        if len(auto) < SEEDS:
            found.append(f"{case}: {len(auto)} seeds, not {SEEDS}")
        if not len(auto):
            continue
        gain = auto - probe
        if gain.mean() < -_standard_error(gain):
            found.append(f"{case}: auto is {-gain.mean():.3f} below the probe")
        for guide in ("a", "b"):
            ours, theirs = _paired_values(results, case, ("auto", guide), "accuracy")
            if not len(ours):
                found.append(f"{case}: guide ({guide}) was not run")
            elif ours.mean() < theirs.mean():
                found.append(f"{case}: auto is {(theirs - ours).mean():.3f} below ({guide})")
        found += _missed_time(results, case)
        found += _missed_calibration(results, case)
        if "MiniLM" not in case:
            found += _missed_by_the_probe(results, case)
    errors = [r.calibration_error for r in results if r.method == "auto"]
    known = [error for error in errors if error is not None]
    if known and np.mean(known) > 0.05:
        found.append(f"the mean calibration error of auto is {np.mean(known):.3f}, not .05")
    for title, gains, least in (
        ("photos", photo_gains(results), 0.015),
        ("texts", text_gains(results), 0.01),
    ):
        mean = float(np.mean(list(gains.values()))) if gains else 0.0
        if mean < least:
            found.append(f"{title}: auto is {mean:+.3f} over the probe in the mean, not {least}")
    return found


def _missed_time(results: list[Result], case: str) -> list[str]:
    """Name the targets for CPU seconds that a case misses; other programs do not change them."""
    found = []
    ours, theirs = _paired_values(results, case, ("auto", "b"), "cpu_seconds")
    if len(ours) and (ours / theirs).mean() > 0.35:
        found.append(f"{case}: auto takes {(ours / theirs).mean():.2f} of (b)'s time, not .35")
    kept = {r.seed for r in results if (r.case, r.method) == (case, "auto") and _kept_probe(r)}
    rows = [r for r in results if r.seed in kept]
    ours, probe = _paired_values(rows, case, ("auto", "probe"), "cpu_seconds")
    if len(ours) and (ours / probe).mean() > 2:
        times = f"{(ours / probe).mean():.1f}"
        found.append(f"{case}: where the probe is kept, auto takes {times} times its time")
    return found


def _kept_probe(result: Result) -> bool:
    return not result.note or result.note.endswith("kept None")


def _missed_calibration(results: list[Result], case: str) -> list[str]:
    auto, probe = _paired_values(results, case, ("auto", "probe"), "calibration_error")
    if len(auto) and (auto - probe).mean() > 0.02:
        return [f"{case}: auto's calibration error is {(auto - probe).mean():.3f} over the probe's"]
    return []


def _missed_by_the_probe(results: list[Result], case: str) -> list[str]:
    """Name the targets that the linear probe misses; they are for photos."""
    found = []
    probe, frozen = _paired_values(results, case, ("probe", "a"), "accuracy")
    if len(probe) and (probe - frozen).mean() <= -0.005:
        found.append(f"{case}: the probe is {(frozen - probe).mean():.3f} below (a)")
    frozen, probe = _paired_values(results, case, ("a", "probe"), "cpu_seconds")
    if len(probe) and (frozen / probe).mean() < 15:
        found.append(f"{case}: the probe is not 15 times faster than (a)")
    probe, one_pass = _paired_values(results, case, ("probe", "pass"), "cpu_seconds")
    if len(probe) and (probe / one_pass).mean() > 1.5:
        found.append(f"{case}: the probe takes more than 1.5 times one pass")
    return found


def _by_seed(results: list[Result], case: str, method: str, figure: str) -> np.ndarray:
    chosen = [r for r in results if (r.case, r.method) == (case, method)]
    return np.array([getattr(r, figure) for r in sorted(chosen, key=lambda r: r.seed)])


def _paired_values(
    results: list[Result], case: str, methods: tuple[str, str], figure: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return a figure of two methods, for the seeds that have both."""
    found = [
        {
            r.seed: getattr(r, figure)
            for r in results
            if (r.case, r.method) == (case, method) and getattr(r, figure) is not None
        }
        for method in methods
    ]
    both = sorted(found[0].keys() & found[1].keys())
    return np.array([found[0][seed] for seed in both]), np.array([found[1][seed] for seed in both])


def _accuracy(results: list[Result], cases: list[str]) -> list[str]:
    lines = [
        "| data, backbone | seeds | (a) frozen | (b) guide | linear probe | auto "
        "| auto - probe | auto - (b) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        rows = {m: _by_seed(results, case, m, "accuracy") for m in METHODS}
        cells = [spread(rows[m]) for m in METHODS]
        pairs = [
            _difference(*_paired_values(results, case, ("auto", m), "accuracy"))
            for m in ("probe", "b")
        ]
        lines.append("| " + " | ".join([case, str(len(rows["auto"])), *cells, *pairs]) + " |")
    return lines


def _calibration(results: list[Result], cases: list[str]) -> list[str]:
    lines = [
        "| data, backbone | calibration error, linear probe | auto | difference |",
        "|---|---|---|---|",
    ]
    for case in cases:
        auto, probe = _paired_values(results, case, ("auto", "probe"), "calibration_error")
        if len(auto):
            difference = _difference(auto, probe)
            lines.append(f"| {case} | {spread(probe)} | {spread(auto)} | {difference} |")
    return lines


def _time(results: list[Result], cases: list[str]) -> list[str]:
    lines = [
        "| data, backbone | (a), CPU s | (b), CPU s | one pass, CPU s | linear probe, CPU s "
        "| auto, CPU s | (a) : probe | probe : one pass | auto : (b) | auto : probe |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        rows = [_by_seed(results, case, method, "cpu_seconds") for method in _TIMED]
        cells = [f"{each.mean():.1f}" if len(each) else "" for each in rows]
        ratios = [_ratio(results, case, pair) for pair in _RATIOS]
        lines.append("| " + " | ".join([case, *cells, *ratios]) + " |")
    return lines


def _ratio(results: list[Result], case: str, methods: tuple[str, str]) -> str:
    above, below = _paired_values(results, case, methods, "cpu_seconds")
    return f"{(above / below).mean():.2f}" if len(above) else ""


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def _difference(ours: np.ndarray, theirs: np.ndarray) -> str:
    if not len(ours):
        return ""
    difference = ours - theirs
    error = f" ± {_standard_error(difference):.3f}" if len(difference) > 1 else ""
    return f"{difference.mean():+.3f}{error}"
