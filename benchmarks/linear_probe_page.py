"""Write docs/linear-probe-solver.md from the stored results of `linear_probe_solver.py`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from result_lines import FOLDER, read_lines

from kerastl.training.linear_probe.folding import FOLDED_EXAMPLES

PATH = FOLDER / "linear-probe-solver.jsonl"
OWN, REPLACED, PLAIN = "kerastl", "scikit-learn in its place", "LogisticRegressionCV"
_PAGE = Path(__file__).resolve().parents[1] / "docs" / "linear-probe-solver.md"
_INTRODUCTION = """# The solver of the linear probe, measured

`python benchmarks/linear_probe_solver.py`: kerastl's L-BFGS in uncorrelated coordinates
(`fit_multinomial`) against scikit-learn's `LogisticRegression`. Both get the same standardized
float32 rows and the same penalty. Seconds are processor time of one thread, medians of repeats in
one process; a ratio is formed inside each repeat, its range is in brackets, and above 1 kerastl is
faster. Generated features have seed 0 and a held-out part of 5,000 examples; trashnet6's are those
of MobileNetV2 0.35, with its own 150 test photos held out. The machine was shared with other work.
"""
_CHOICE = f"""## What `fit_probe` uses

- If cross-validation chooses the penalty, it uses kerastl's solver. Up to 65 solutions
  share one rotation to uncorrelated coordinates, in which each takes fewer passes.
- If the penalty is given and an example has one label, it uses scikit-learn for up to
  {FOLDED_EXAMPLES:,} examples: for a single solution the rotation mostly takes longer than it
  saves, and where it does not, a well-kept library is worth the difference.
- More rows, which may not fit in memory, and several labels an example use kerastl's solver.
  `tests/training/linear_probe/test_library_solution.py` compares the coefficients of both.
"""


def write() -> None:
    """Write the page."""
    rows = read_lines(PATH)
    machines = sorted({row["machine"] for row in rows})
    lines = [
        _INTRODUCTION + "\n".join(f"Measured on {each}." for each in machines),
        "",
        _CHOICE,
        "## `fit_probe` as a whole: the penalty chosen by cross-validation",
        "",
        "*In its place*: scikit-learn's lbfgs with the same folds, coordinates, penalties and",
        "first iterates. *LogisticRegressionCV*: scikit-learn alone, the same 13 penalties, 5",
        "folds; it was not run where its cell is empty.",
        "",
        "| case | kerastl, s | in its place, s | ratio | LogisticRegressionCV, s | ratio "
        "| held-out log-loss | C |",
        "|---" * 8 + "|",
        *(_whole(found) for found in _groups(rows, "fit_probe")),
        "",
        "Log-losses and C in the order of the columns. Where C differs the quality is not equal:",
        "kerastl's tolerance in cross-validation (1e-6) ends searches at weak penalties early, and",
        "a weaker penalty with a higher held-out log-loss is chosen.",
        "",
        "## One solution at a known penalty",
        "",
        "kerastl's time includes the rotation; the search alone is its time without it. The",
        "tolerance of scikit-learn is the loosest power of ten whose objective is as close to the",
        "best as kerastl's, or within 1e-6 nats an example. The gap is the distance to the best.",
        "The ratio is that of the faster scikit-learn solver.",
        "",
        "| case | C | kerastl, s | its search alone, s | gap, nats "
        "| scikit-learn: s, tolerance, gap | ratio | search alone | held-out log-loss |",
        "|---" * 9 + "|",
        *(_solution(found) for found in _groups(rows, "solution")),
        "",
    ]
    problems = slower()
    lines += problems or ["Wherever `fit_probe` uses kerastl's solver, it is the faster one."]
    _PAGE.write_text("\n".join([*lines, ""]), "utf-8")


def slower() -> list[str]:
    """Name the cases in which `fit_probe` uses kerastl's solver and scikit-learn's is faster."""
    rows, found = read_lines(PATH), []
    for group in _groups(rows, "fit_probe"):
        if np.median(_ratios(group[REPLACED], group[OWN])) < 1:
            found.append(f"- {group[OWN]['case']}: scikit-learn is faster in cross-validation.")
    for group in _groups(rows, "solution"):
        ratio = np.median(_ratios(_fastest(group), group[OWN]))
        if group[OWN]["rows"] > FOLDED_EXAMPLES and ratio < 1:
            found.append(
                f"- {group[OWN]['case']}, C = {group[OWN]['inverse_penalty']:g}: scikit-learn is "
                f"faster at a known penalty (ratio {ratio:.2f}), where the rows fit in memory."
            )
    return found


def _groups(rows: list[dict[str, Any]], part: str) -> list[dict[str, dict[str, Any]]]:
    """Return the rows of each case and penalty by solver."""
    groups: dict[Any, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["part"] == part:
            key = (row["case"], row["inverse_penalty"] if part == "solution" else None)
            groups.setdefault(key, {})[row["solver"]] = row
    return list(groups.values())


def _whole(group: dict[str, dict[str, Any]]) -> str:
    own, cells = group[OWN], []
    for other in (REPLACED, PLAIN):
        row = group.get(other)
        cells += [_seconds(row["seconds"]), _range(_ratios(row, own))] if row else ["", ""]
    losses = ", ".join(f"{row['held_out_log_loss']:.4f}" for row in group.values())
    penalties = ", ".join(f"{row['inverse_penalty']:.2g}" for row in group.values())
    return _line([own["case"], _seconds(own["seconds"]), *cells, losses, penalties])


def _solution(group: dict[str, dict[str, Any]]) -> str:
    own, fastest = group[OWN], _fastest(group)
    search = np.subtract(own["seconds"], own["rotating"])
    others = "; ".join(
        f"{name} {_seconds(row['seconds'])}, {row['tolerance']:.0e}, {_gap(row)}"
        for name, row in group.items()
        if name != OWN
    )
    return _line(
        [
            own["case"],
            f"{own['inverse_penalty']:g}",
            _seconds(own["seconds"]),
            _seconds(search),
            _gap(own),
            others,
            _range(_ratios(fastest, own)),
            _range(np.divide(fastest["seconds"], search)),
            f"{own['held_out_log_loss']:.4f}, {fastest['held_out_log_loss']:.4f}",
        ]
    )


def _fastest(group: dict[str, dict[str, Any]]) -> dict[str, Any]:
    others = [row for name, row in group.items() if name != OWN]
    return min(others, key=lambda row: np.median(row["seconds"]))


def _gap(row: dict[str, Any]) -> str:
    # A solution below the reference is at most as far from the best as the reference is.
    return "0" if row["gap"] <= 0 else f"{row['gap']:.0e}"


def _ratios(above: dict[str, Any], below: dict[str, Any]) -> np.ndarray:
    return np.divide(above["seconds"], below["seconds"])


def _range(ratios: np.ndarray) -> str:
    return f"{np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"


def _seconds(values: Sequence[float] | np.ndarray) -> str:
    return f"{np.median(values):.3f}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
