"""Measure the refit on all labels and the temperature: accuracy, calibration error and seconds.

    KERASTL_SHARED=... python benchmarks/refit.py [--seeds 0 1 2] [--cases trashnet6 ...]
        [--write docs/refit.md]

The cases, draws and test parts of benchmarks/transfer, with smaller backbones. Every seed draws
training and validation examples; the test part is fixed and only evaluated on. Results are kept in
benchmarks/results/refit.jsonl, where a later run replaces them. With `--seeds` left empty, nothing
is measured and the page is written from the stored results.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent))

import keras
import numpy as np
from machine import machine
from result_lines import FOLDER, read_lines, write_lines
from spread import spread
from transfer.cases import Case

from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.training.losses.temperature import scale_probabilities

CASES = (
    Case("trashnet6", "MobileNetV2 0.35"),
    Case("sign_digits", "MobileNetV2 0.35"),
    Case("rt_polarity", "MiniLM"),
    Case("clinc150, 5 a class", "MiniLM"),
    Case("clinc150, 15 a class", "MiniLM"),
)
# Schedule and refit by name.
METHODS = {
    "probe": ("feature_extraction", False),
    "probe, refit": ("feature_extraction", True),
    "auto": ("auto", False),
    "auto, refit": ("auto", True),
}
RESULTS = FOLDER / "refit.jsonl"


@dataclass(frozen=True)
class Result:
    """One method on one draw.

    Attributes:
        raw_error: Expected calibration error without the temperature.
        error: Expected calibration error of the model.
    """

    case: str
    seed: int
    method: str
    accuracy: float
    raw_error: float
    error: float
    temperature: float
    kept: str
    seconds: float
    machine: str


def run(case: Case, seed: int, method: str) -> Result:
    """Train once and measure on the test part."""
    data = case.dataset(seed)
    schedule, refit = METHODS[method]
    start = time.perf_counter()
    recipe = case.recipe()
    history = recipe.fit(data, schedule, refit=refit, seed=seed, verbose=0)
    seconds = time.perf_counter() - start
    outputs, labels = recipe.outputs(data.test), recipe.targets(data.test)
    temperature = history.calibration["temperature"]
    raw = scale_probabilities(outputs, 1 / temperature)
    plain, scaled = (
        Evaluation.from_probabilities(each, labels, recipe.class_names) for each in (raw, outputs)
    )
    kept = "probe" if history.kept_probe is not None else "tuned"
    keras.backend.clear_session()
    return Result(
        case.name,
        seed,
        method,
        scaled.accuracy,
        plain.expected_calibration_error,
        scaled.expected_calibration_error,
        temperature,
        kept,
        seconds,
        machine(),
    )


def page(results: list[Result]) -> str:
    """Write the table that the docs show."""
    lines = [
        "# All labels and the temperature, measured",
        "",
        "`python benchmarks/refit.py`: test accuracy, and expected calibration error (15 bins) "
        "without and with the temperature; mean and standard deviation over draws of the training "
        "and validation examples. *probe* is the linear probe on the training split; with *refit* "
        "it is fitted again on training and validation examples; *auto* is the default schedule. "
        "A fifth of the labelled examples validates.",
        *(f"Measured on {each}." for each in sorted({r.machine for r in results})),
        "",
        "| data, backbone | method | seeds | tuned weights kept | accuracy | error without "
        "temperature | error | temperature | seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for case in CASES:
        for method in METHODS:
            rows = [r for r in results if (r.case, r.method) == (case.name, method)]
            if not rows:
                continue
            columns = (
                [r.accuracy for r in rows],
                [r.raw_error for r in rows],
                [r.error for r in rows],
                [r.temperature for r in rows],
            )
            cells = [case.name, method, len(rows), sum(r.kept == "tuned" for r in rows)]
            cells += [spread(each) for each in columns]
            cells.append(f"{np.mean([r.seconds for r in rows]):.0f}")
            lines.append(f"| {' | '.join(map(str, cells))} |")
    final = [r for r in results if r.method == "auto, refit"]
    if final:
        lines += ["", f"Mean error of auto with refit: {np.mean([r.error for r in final]):.3f}."]
    return "\n".join([*lines, ""])


def main() -> None:
    """Run the chosen cases and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--cases", nargs="*", help="parts of case names; default: all")
    parser.add_argument("--methods", nargs="*", choices=METHODS, default=list(METHODS))
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    for case in CASES:
        if options.cases and not any(part in case.name for part in options.cases):
            continue
        for seed in options.seeds:
            for method in options.methods:
                fresh = run(case, seed, method)
                print(fresh, flush=True)
                stored = [Result(**row) for row in read_lines(RESULTS)]
                kept = [
                    r
                    for r in stored
                    if (r.case, r.seed, r.method) != (fresh.case, fresh.seed, fresh.method)
                ]
                write_lines(RESULTS, [*kept, fresh])
    text = page([Result(**row) for row in read_lines(RESULTS)])
    print(text)
    if options.write:
        options.write.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
