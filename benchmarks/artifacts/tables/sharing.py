"""All variants from one conversion, against one run of TensorFlow's converter a variant."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from transfer.stopwatch import Elapsed, Stopwatch

from artifacts.case import Case
from artifacts.prepared import VARIANTS, Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row, spread
from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import VARIANTS as MAKERS

_BOUND = 0.5
_CALIBRATION = 200


def _measure(prepared: Prepared) -> Rows:
    calibration = prepared.examples(prepared.data.train, _CALIBRATION).inputs
    shared = _share(prepared, calibration)
    made, int8 = _convert_each(prepared, calibration)
    rows: Rows = {"kerastl": _metrics(shared), "converter": _metrics(made)}
    scores = LiteRTModel(int8, threads=2).predict(prepared.inputs).argmax(axis=1)
    rows["the converter's int8"] = {
        "accuracy": float((scores == prepared.labels).mean()),
        "agreement": float((scores == prepared.scores.argmax(axis=1)).mean()),
        "bytes": float(len(int8)),
    }
    return rows


def _share(prepared: Prepared, calibration: dict[str, np.ndarray]) -> Elapsed:
    exportable = prepared.recipe.exportable()
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        float32 = convert_float32(exportable, Path(folder))
    observation = observe(float32, calibration)
    for variant in VARIANTS:
        MAKERS[variant][0].make(float32, observation)
    return watch.elapsed()


def _convert_each(prepared: Prepared, calibration: dict[str, np.ndarray]) -> tuple[Elapsed, bytes]:
    import tensorflow as tf

    exportable = prepared.recipe.exportable()

    def examples() -> Any:
        for number in range(len(next(iter(calibration.values())))):
            yield {name: values[number : number + 1] for name, values in calibration.items()}

    content = b""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        archive = keras.export.ExportArchive()
        signature = [exportable.signature(batch_size=1)]
        archive.add_endpoint("serving_default", exportable.scores, input_signature=signature)
        archive.write_out(folder, verbose=False)
        for variant in VARIANTS:
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            if variant != "float32":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if variant == "float16":
                converter.target_spec.supported_types = [tf.float16]
            if variant == "int8":
                converter.representative_dataset = examples
            content = converter.convert()
    return watch.elapsed(), content


def _metrics(elapsed: Elapsed) -> dict[str, float]:
    return {"seconds": elapsed.seconds, "cpu_seconds": elapsed.cpu_seconds}


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head(
        "case", "kerastl, s", "converter, s", "share", "share of processor time",
        "converter's int8: accuracy", "agreement", "MB",
    )  # fmt: skip
    for case in cases:
        seconds = [results.values(case.name, name, "seconds") for name in ("kerastl", "converter")]
        shares = [
            results.ratio(case.name, "kerastl", "converter", figure)
            for figure in ("seconds", "cpu_seconds")
        ]
        peer = [
            results.values(case.name, "the converter's int8", figure)
            for figure in ("accuracy", "agreement")
        ]
        size = results.values(case.name, "the converter's int8", "bytes") * 1e-6
        cells = [*(spread(each, ".1f") for each in seconds), *(spread(s, ".2f") for s in shares)]
        lines.append(row([case.name, *cells, *map(spread, peer), spread(size, ".2f")]))
    return lines


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found = []
    for case in cases:
        share = results.ratio(case.name, "kerastl", "converter", "seconds")
        if len(share) and share.mean() > _BOUND:
            found.append(f"{case.name}: {share.mean():.2f} of the converter's time, not {_BOUND}")
    return found


TABLE = Table(
    "sharing",
    "All variants from one conversion",
    "float32, float16, dynamic and int8 with 200 calibration examples, in one process: kerastl "
    "converts once and makes each variant from that file; beside it, one run of TensorFlow's "
    "converter a variant, from one SavedModel. The converter's full-integer file is measured "
    "on the same test part.",
    _measure,
    _lines,
    _missed,
)
