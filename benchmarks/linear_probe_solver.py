"""Compare kerastl's solver of the linear probe with scikit-learn's, at equal accuracy.

    KERASTL_SHARED=... python benchmarks/linear_probe_solver.py [--cases 5,000 ...] [--repeats 3]

Features are those of MobileNetV2 0.35 on trashnet6's photos, and generated ones of other sizes. Two
parts: one solution at a known penalty, and the whole of `fit_probe`, which chooses the penalty by
cross-validation. All run in turns in this process with one thread; what counts is processor time,
and ratios are formed inside a repeat. scikit-learn's tolerance is the loosest power of ten whose
objective is as close to the best as kerastl's, or within 1e-6 nats an example. Results are kept in
benchmarks/results/linear-probe-solver.jsonl, where a later run replaces them;
docs/linear-probe-solver.md is written from all of them. With `--cases` left empty nothing is
measured and the page is written from the stored results. The exit status is 1 where `fit_probe`
uses kerastl's solver and scikit-learn's is faster.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from generated_features import generated_features
from linear_probe_page import PATH, slower, write
from machine import machine
from result_lines import read_lines, write_lines
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from threadpoolctl import threadpool_limits

from kerastl.training.linear_probe import probe
from kerastl.training.linear_probe.folding import sample_rows
from kerastl.training.linear_probe.multinomial import (
    Rotation,
    Solution,
    fit_multinomial,
    log_losses,
)
from kerastl.training.linear_probe.standardized_rows import StandardizedRows, turned

HELD_OUT = 5_000
TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
GAP = 1e-6
# scikit-learn's tolerances that come as close as kerastl's two, by the first part.
SAME_QUALITY = {1e-6: 1e-4, 1e-8: 1e-5}


class Case(NamedTuple):
    """Features and the penalties to solve them at."""

    data: str
    rows: int
    width: int
    classes: int
    penalties: tuple[float, ...] = (0.01, 1.0)
    solvers: tuple[str, ...] = ("lbfgs", "newton-cg")
    plain: bool = True

    @property
    def name(self) -> str:
        return f"{self.data}, {self.rows:,} × {self.width:,}, {self.classes} classes"


ALL = ("lbfgs", "newton-cg", "newton-cholesky")
CASES = [
    Case("trashnet6", 450, 1_280, 6),
    *(Case("generated", n, 1_280, 6) for n in (500, 1_000, 2_000)),
    Case("generated", 5_000, 1_280, 6, plain=False),
    *(Case("generated", n, 1_280, 6, (0.01,), plain=False) for n in (10_000, 20_000)),
    Case("generated", 2_000, 512, 6, solvers=ALL),
    Case("generated", 20_000, 512, 6, plain=False),
    Case("generated", 2_000, 2_000, 6),
    Case("generated", 2_000, 1_280, 150, plain=False),
    Case("generated", 5_000, 1_280, 150, (0.01,), plain=False),
    Case("generated", 20_000, 1_280, 150, (0.01,), ("lbfgs",), plain=False),
]


class Data(NamedTuple):
    """Training and held-out examples."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


def read(case: Case) -> Data:
    if case.data == "trashnet6":
        return _photo_features()
    x, y = generated_features(case.rows + HELD_OUT, case.width, case.classes)
    return Data(x[: case.rows], y[: case.rows], x[case.rows :], y[case.rows :])


def _photo_features() -> Data:
    import keras
    from main_job import photos
    from shared_folder import image_weights

    data = photos(seed=0)
    weights = str(image_weights("MobileNetV2 0.35"))
    network = keras.applications.MobileNetV2(
        (224, 224, 3), alpha=0.35, include_top=False, weights=weights, pooling="avg"
    )
    made = []
    for split in (data.train, data.validation, data.test):
        pixels = split.pixels((224, 224), 32).map(lambda pixels, _: pixels / 127.5 - 1)
        made.append((network.predict(pixels, verbose=0), split.labels))
    x, y = (np.concatenate([made[0][i], made[1][i]]) for i in range(2))
    return Data(x, y, *made[2])


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def own_solution(points: StandardizedRows, y: np.ndarray, classes: int, c: float) -> Any:
    """Solve as `fit_probe` does for rows of any number, and time the rotation alone as well."""
    weights = np.ones(len(y))
    sampled = sample_rows(y, np.arange(len(y)), 0)
    rotating, (rotation, coordinates) = seconds(lambda: turned(points[sampled], weights[sampled]))
    small = (coordinates, y[sampled], weights[sampled])
    found = fit_multinomial(*small, classes, c, Rotation(None, rotation.curvature))
    if len(sampled) < len(y):
        found = fit_multinomial(points, y, weights, classes, c, rotation, found)
    return rotating, rotation.axes @ found.kernel, found.bias


def library_solution(
    points: StandardizedRows, y: np.ndarray, c: float, solver: str, tolerance: float
) -> Any:
    """Solve with scikit-learn on the standardized rows."""
    model = LogisticRegression(C=c, solver=solver, tol=tolerance, max_iter=2_000)
    model.fit(points[:], y)
    return 0.0, model.coef_.T, model.intercept_


def objective(x: np.ndarray, y: np.ndarray, c: float, kernel: np.ndarray, bias: Any) -> float:
    """Return the objective divided by the examples, computed in float64."""
    loss = log_losses(x @ kernel.astype("float64") + bias, y).mean()
    return float(loss + np.square(kernel).sum() / (2 * c * len(y)))


def one_solution(case: Case, data: Data, c: float, repeats: int) -> list[dict[str, Any]]:
    """Measure every solver at one penalty."""
    points = StandardizedRows(data.x)
    exact = points[:].astype("float64")
    held = ((data.held_x - points.centre) / points.scale).astype("float64")
    calls = {"kerastl": (1e-8, lambda: own_solution(points, data.y, case.classes, c))}
    _, kernel, bias = calls["kerastl"][1]()
    tight = LogisticRegression(C=c, tol=1e-9, max_iter=60, warm_start=True)
    tight.coef_, tight.intercept_ = kernel.T, bias
    best = objective(exact, data.y, c, *_solved(tight.fit(exact, data.y)))
    reached = max(GAP, objective(exact, data.y, c, kernel, bias) - best)
    for solver in case.solvers:
        for tolerance in TOLERANCES:
            call = _bound(library_solution, points, data.y, c, solver, tolerance)
            if objective(exact, data.y, c, *call()[1:]) - best <= reached:
                break
        calls[solver] = (tolerance, call)
    rows = {}
    for _ in range(repeats):
        for solver, (tolerance, call) in calls.items():
            taken, (rotating, kernel, bias) = seconds(call)
            if solver not in rows:
                gap = objective(exact, data.y, c, kernel, bias) - best
                loss = float(log_losses(held @ kernel + bias, data.held_y).mean())
                rows[solver] = _row(case, "solution", c, solver, tolerance, gap, loss)
            rows[solver]["seconds"].append(taken)
            rows[solver]["rotating"].append(rotating)
    return list(rows.values())


def whole_fit(case: Case, data: Data, repeats: int) -> list[dict[str, Any]]:
    """Measure `fit_probe` with either solver, and scikit-learn's own cross-validation."""
    calls = {"kerastl": lambda: _fit_probe(case, data, fit_multinomial)}
    calls["scikit-learn in its place"] = lambda: _fit_probe(case, data, library_multinomial)
    if case.plain:
        calls["LogisticRegressionCV"] = lambda: plain_fit(data)
    rows = {}
    for _ in range(repeats):
        for solver, call in calls.items():
            taken, found = seconds(call)
            if solver not in rows:
                logits = data.held_x @ found.kernel.astype("float64") + found.bias
                loss = float(log_losses(logits, data.held_y).mean())
                c = float(found.inverse_penalty)
                rows[solver] = _row(case, "fit_probe", c, solver, None, None, loss)
            rows[solver]["seconds"].append(taken)
    return list(rows.values())


def _fit_probe(case: Case, data: Data, solver: Callable[..., Solution]) -> probe.LinearProbe:
    probe.fit_multinomial = solver
    try:
        return probe.fit_probe(data.x, data.y, case.classes, seed=0)
    finally:
        probe.fit_multinomial = fit_multinomial


def library_multinomial(
    rows: Any,
    labels: np.ndarray,
    weights: np.ndarray,
    classes: int,
    inverse_penalty: float,
    rotation: Rotation,
    start: Solution | None = None,
    *,
    tolerance: float = 1e-8,
) -> Solution:
    """Solve as `fit_multinomial` does, from the same start in the same coordinates."""
    model = LogisticRegression(
        C=inverse_penalty, tol=SAME_QUALITY[tolerance], max_iter=2_000, warm_start=True
    )
    x = rows[:] if rotation.axes is None else rows[:] @ rotation.axes.astype("float32")
    if start is not None:
        model.coef_, model.intercept_ = start.kernel.T, start.bias
    return Solution(*_solved(model.fit(x, labels, sample_weight=weights)))


def plain_fit(data: Data) -> probe.LinearProbe:
    """Choose the penalty among the same ones by scikit-learn alone, then solve on all rows."""
    points = StandardizedRows(data.x)
    sampled = sample_rows(data.y, np.arange(len(data.y)), 0)
    search = LogisticRegressionCV(
        Cs=np.logspace(-4, 2, 13),
        cv=5,
        scoring="neg_log_loss",
        tol=1e-4,
        max_iter=2_000,
        l1_ratios=(0,),
        use_legacy_attributes=False,
    ).fit(points[sampled], data.y[sampled])
    _, kernel, bias = library_solution(points, data.y, search.C_, "lbfgs", 1e-5)
    kernel = kernel / points.scale
    return probe.LinearProbe(kernel, bias - points.centre @ kernel, search.C_, None)


def _solved(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    return model.coef_.T, model.intercept_


def _bound(call: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    return lambda: call(*arguments)


def _row(case: Case, part: str, c: float, solver: str, tolerance: Any, gap: Any, loss: float):
    return {
        "part": part,
        "case": case.name,
        "rows": case.rows,
        "inverse_penalty": c,
        "solver": solver,
        "tolerance": tolerance,
        "gap": gap,
        "held_out_log_loss": loss,
        "seconds": [],
        "rotating": [],
        "machine": machine(),
    }


def main() -> int:
    """Measure the chosen cases and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cases", nargs="*", help="parts of their names; default: all")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    names = [case.name for case in CASES]
    for case in CASES:
        if options.cases is not None and not any(part in case.name for part in options.cases):
            continue
        data = read(case)
        with threadpool_limits(1):
            fresh = whole_fit(case, data, options.repeats)
            for c in case.penalties:
                fresh += one_solution(case, data, c, options.repeats)
        kept = [row for row in read_lines(PATH) if row["case"] != case.name]
        write_lines(PATH, sorted([*kept, *fresh], key=lambda row: names.index(row["case"])))
        for row in fresh:
            print(row, flush=True)
    write()
    problems = slower()
    print("\n".join(problems) or "Wherever fit_probe uses kerastl's solver, it is the faster one.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
