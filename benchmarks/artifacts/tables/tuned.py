"""Integer files before and after quantization-aware training."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row, spread
from kerastl.artifacts.litert.runner import LiteRTModel

_CASES = ("MobileNet 0.25", "MobileNetV2 0.35")
_FOUR_BITS = "MobileNet 0.25, trashnet6"


def _measure(prepared: Prepared) -> Rows:
    if not prepared.case.name.startswith(_CASES):
        return {}
    variants = {"int8": 8} | ({"int4": 4} if prepared.case.name == _FOUR_BITS else {})
    model = prepared.recipe.model
    # Before anything moves: everything is compared with this model.
    rows: Rows = {"model": _metrics(prepared, prepared.scores)}
    before = _files(prepared, tuple(variants))
    for name, bits in variants.items():
        rows[f"{name} before"] = _metrics(prepared, before[name])
        start = time.perf_counter()
        history = prepared.recipe.fit_quantized(prepared.data, bits=bits, verbose=0)
        seconds = time.perf_counter() - start
        inputs = next(iter(prepared.inputs.values()))
        rows[f"{name} float"] = _metrics(prepared, model.predict(inputs, verbose=0))
        kept = history.phases[-1]["kept_epoch"]
        rows[f"{name} after"] = {
            **_metrics(prepared, _files(prepared, (name,))[name]),
            "seconds": seconds,
            "kept": "none" if kept is None else str(kept + 1),
        }
    return rows


def _files(prepared: Prepared, variants: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Export without bounds, so that each file is made in the first way, and run on the tests."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = prepared.recipe.export(
            Path(folder) / "bundle",
            formats=("tflite",),
            quantize=variants,
            max_drop=None,
            min_agreement=None,
            data=prepared.data,
        )
        contents = {name: bundle.path(f"tflite/{name}").read_bytes() for name in variants}
    return {
        name: LiteRTModel(content, threads=2).predict(prepared.inputs)
        for name, content in contents.items()
    }


def _metrics(prepared: Prepared, scores: np.ndarray) -> dict[str, float | str]:
    answers = scores.argmax(axis=1)
    return {
        "accuracy": float((answers == prepared.labels).mean()),
        "agreement": float((answers == prepared.scores.argmax(axis=1)).mean()),
    }


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head(
        "case", "file", "seeds", "model", "drop before", "drop after", "agreement before",
        "agreement after", "its float model", "seconds",
    )  # fmt: skip
    for case in cases:
        for name in _variants(results, case):
            seconds = results.values(case.name, f"{name} after", "seconds")
            lines.append(
                row(
                    [
                        case.name,
                        name,
                        str(len(seconds)),
                        spread(results.values(case.name, "model", "accuracy")),
                        *(spread(results.loss(case.name, f"{name} {when}")) for when in _WHEN),
                        *(
                            spread(results.values(case.name, f"{name} {when}", "agreement"))
                            for when in (*_WHEN, "float")
                        ),
                        f"{seconds.mean():.0f}",
                    ]
                )
            )
    return lines


_WHEN = ("before", "after")


def _variants(results: Results, case: Case) -> list[str]:
    return [
        name
        for name in ("int8", "int4")
        if len(results.values(case.name, f"{name} after", "seconds"))
    ]


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found, drops = [], []
    for case in cases:
        for name in _variants(results, case):
            agreement = results.values(case.name, f"{name} after", "agreement").mean()
            if agreement < 0.98:
                found.append(f"{case.name}: {name} agrees {agreement:.3f}, not .98")
        drops.append(results.loss(case.name, "int8 after").mean())
    if drops and np.mean(drops) > 0.005:
        found.append(f"int8 drops by {np.mean(drops):.4f} in the mean of cases, not .005")
    return found


TABLE = Table(
    "tuned",
    "Integer files before and after `fit_quantized`",
    "Accuracy lost and agreement with the float model that was there first, on the test part, mean "
    "and standard deviation over seeds; *its float model* is the tuned model itself. Exported "
    "without bounds. Rates and numbers of epochs are `fit_quantized`'s own, chosen on the "
    "validation photos of MobileNet 0.25, trashnet6, seed 0.",
    _measure,
    _lines,
    _missed,
)
