"""The table of README, made from the results of the transfer benchmark."""

from pathlib import Path

import numpy as np

from transfer.results import Result

_README = Path(__file__).resolve().parents[2] / "README.md"
_HEAD = "| data, backbone | seeds | guide, frozen | guide, fine-tuned | `fit(data)` |"
_NAMES = {
    "trashnet6, MobileNet 0.25": "photos of waste, MobileNet 0.25",
    "trashnet6, MobileNetV2 0.35": "photos of waste, MobileNetV2 0.35",
    "trashnet6, MobileNetV2 1.0": "photos of waste, MobileNetV2 1.0",
    "sign_digits, MobileNetV2 0.35": "hand signs, MobileNetV2 0.35",
    "rt_polarity, MiniLM": "sentences of movie reviews, MiniLM",
    "clinc150, 15 a class, MiniLM": "150 intents, 15 texts each, MiniLM",
}
_METHODS = ("a", "b", "auto")


def write_readme_table(results: list[Result]) -> None:
    """Replace the rows of README's table; each has the seeds that all of its methods have."""
    before, rest = _README.read_text("utf-8").split(f"{_HEAD}\n")
    after = rest.split("\n\n", 1)[1]
    rows = [_row(results, case, name) for case, name in _NAMES.items()]
    table = "\n".join([_HEAD, "|---|---|---|---|---|", *rows])
    _README.write_text(f"{before}{table}\n\n{after}", "utf-8")


def _row(results: list[Result], case: str, name: str) -> str:
    found = {
        method: {r.seed: r.accuracy for r in results if (r.case, r.method) == (case, method)}
        for method in _METHODS
    }
    seeds = sorted(set.intersection(*map(set, found.values())))
    cells = [_cell([found[method][seed] for seed in seeds]) for method in _METHODS]
    return f"| {' | '.join([name, str(len(seeds)), *cells])} |"


def _cell(values: list) -> str:
    if not values:
        return ""
    deviation = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{deviation}".replace("0.", ".")
