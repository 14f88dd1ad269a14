"""From a trained model to a bundle of verified files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import REPORT, Bundle
from kerastl.artifacts.bundle.checksums import write_checksums
from kerastl.artifacts.bundle.description import describe
from kerastl.artifacts.bundle.model_card import model_card
from kerastl.artifacts.bundle.report_page import report_page
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut, check_pixels, check_same_scale
from kerastl.artifacts.litert.variants import VARIANTS
from kerastl.artifacts.onnx_file import check_onnx_packages, make_onnx_file
from kerastl.artifacts.saved_model.verify import make_saved_model
from kerastl.artifacts.serving.versions import next_version
from kerastl.artifacts.tflite_files import AUTO, make_lite_files
from kerastl.basics.arguments import check_number
from kerastl.basics.json_file import write_json
from kerastl.basics.staging import check_target, whole_or_nothing
from kerastl.basics.suggest import unknown_name

FORMATS = ("saved_model", "tflite", "onnx")
DEFAULT_FORMATS = ("saved_model", "tflite")
QUANTIZE = tuple(VARIANTS)
# Without int4, which needs a large network, weight-only, which dynamic makes superfluous, and
# int8_io, which MediaPipe and LiteRT.js refuse.
DEFAULT_QUANTIZE = ("float32", "float16", "dynamic", "int8")
_CALIBRATED = ("int8", "int8_io")

# Enough that one wrong answer is 0.2 points, and a BERT takes seconds per file.
_COMPARED = 500
_CALIBRATION = 200


def export_bundle(
    exportable: Exportable,
    directory: str | Path,
    *,
    held_out: HeldOut,
    calibration: HeldOut | None = None,
    formats: Sequence[str] = DEFAULT_FORMATS,
    quantize: str | Sequence[str] = DEFAULT_QUANTIZE,
    max_drop: float | None = 0.01,
    min_agreement: float | None = 0.9,
    overwrite: bool = False,
) -> Bundle:
    """Write a model's artifacts, each run and compared with the model first.

    The bundle appears at its place in one step when everything is done; after an error nothing
    is there.

    Args:
        exportable: The model, its labels and its reader of raw input.
        directory: Where the bundle shall lie. Missing parents are made.
        held_out: Examples to compare on, from the validation split; at most 500 are used, each
            class in its share.
        calibration: Examples from the training split, for integer ranges and bias correction; at
            most 200 are used, each class in its share. Required for `"int8"` and
            `"int8_io"`.
        formats: Any of `"saved_model"`, `"tflite"` and `"onnx"`, a float32 file that needs
            `kerastl[onnx]`. Defaults to the first two.
        quantize: LiteRT variants, any of `"float32"`, `"float16"`, `"dynamic"`,
            `"weight_only"`, `"int8"`, `"int8_io"` (int8 in and out as well), `"int4"`; or
            `"auto"`: float32, and with it int8 for a convolutional network, dynamic for a
            transformer, weight-only for a convolutional network without `calibration`.
            Defaults to float32, float16, dynamic and int8.
        max_drop: Largest loss of accuracy at which a file is kept; None keeps any. A variant
            that loses more is made again with other ranges, then with its most sensitive layers
            in float, then replaced by the next larger variant. Defaults to 0.01.
        min_agreement: Smallest share of examples on which a file's label must be the model's;
            None asks for none. Defaults to 0.9: a file that answers otherwise in one case of
            ten is another classifier, even at the same accuracy.
        overwrite: Replace an earlier bundle at this place. Defaults to False.

    Returns:
        The bundle, with a row for every file that was tried; one that fails a bound is refused
        and not written, and its row says why.

    Raises:
        ImportError: If `"onnx"` is asked for and its packages are not installed.
        ValueError: If a name is unknown, or examples are missing or on another scale.
        RuntimeError: If a float file does not answer as the model does.
        FileExistsError: If the directory holds something else, or a bundle and not `overwrite`.
        OSError: If the place cannot be written to, or the disk is full.

    Example:

    ```python
    bundle = export_bundle(exportable, "out/trash", held_out=validation, calibration=training)
    print(bundle)
    ```
    """
    target = Path(directory)
    _check_names("export format", formats, FORMATS)
    if quantize != AUTO:
        _check_names("quantization", quantize, QUANTIZE)
    _check_share("max_drop", max_drop)
    _check_share("min_agreement", min_agreement)
    _check_backend()
    if "onnx" in formats:
        check_onnx_packages()
    check_target(target, overwrite, marker=REPORT)
    check_pixels(held_out)
    if calibration is not None:
        check_same_scale(held_out, calibration)
    elif "tflite" in formats and quantize != AUTO and set(quantize) & set(_CALIBRATED):
        raise ValueError(
            "int8 takes its number ranges from training examples: pass calibration=, or leave "
            "'int8' and 'int8_io' out of quantize. "
            f"Received: calibration=None, quantize={tuple(quantize)!r}"
        )
    examples = held_out.sample(_COMPARED)
    scores = _model_scores(exportable, examples)
    measure = exportable.measure
    reference = Reference(scores, examples.labels, max_drop, min_agreement, measure)
    chosen = None if calibration is None else calibration.sample(_CALIBRATION)
    artifacts: list[Artifact] = []
    with whole_or_nothing(target) as staged:
        description = describe(exportable)
        if "saved_model" in formats:
            row, description["saved_model"] = make_saved_model(
                exportable, staged, examples, reference, next_version(target / "saved_model")
            )
            artifacts.append(row)
        if "tflite" in formats:
            rows, description["tflite"] = make_lite_files(
                exportable, staged, examples, reference, chosen, quantize
            )
            artifacts += rows
        if "onnx" in formats:
            row, description["onnx"] = make_onnx_file(exportable, staged, examples, reference)
            artifacts.append(row)
        exportable.reader.save(staged)
        (staged / "labels.txt").write_text(
            "".join(f"{name}\n" for name in exportable.class_names), encoding="utf-8"
        )
        bundle = Bundle(
            directory=target,
            task=exportable.task,
            labels=exportable.class_names,
            examples=len(examples),
            model_accuracy=reference.accuracy,
            artifacts=tuple(artifacts),
            figure=measure.name,
        )
        description["data"] = {
            "parameters": exportable.model.count_params(),
            "held_out": measure.counts(examples.labels, exportable.class_names),
            "calibration": chosen and measure.counts(chosen.labels, exportable.class_names),
            "calibration_examples": chosen and len(chosen),
        }
        write_json(staged / "kerastl.json", description)
        write_json(staged / REPORT, bundle.to_json())
        reliability = measure.reliability(scores, examples.labels)
        page = report_page(bundle, reliability)
        (staged / "report.html").write_text(page, encoding="utf-8")
        (staged / "README.md").write_text(model_card(bundle, description), encoding="utf-8")
        write_checksums(staged)
    return bundle


def _check_names(kind: str, given: str | Sequence[str], known: Sequence[str]) -> None:
    if isinstance(given, str):
        raise ValueError(f"Give each {kind} in a list or tuple. Received: {given!r}")
    if not given:
        raise ValueError(f"At least one {kind} is needed. Received: {given!r}")
    for name in given:
        if name not in known:
            raise unknown_name(kind, name, known)


def _check_share(name: str, given: float | None) -> None:
    if given is not None:
        check_number(name, given, "[0, 1]")


def _check_backend() -> None:
    import keras

    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "Artifacts are made with TensorFlow: save() the model here, and load and export it "
            "in a process started with KERAS_BACKEND=tensorflow. "
            f"Received: backend {keras.backend.backend()!r}"
        )


def _model_scores(exportable: Exportable, examples: HeldOut) -> np.ndarray:
    inputs = examples.inputs if len(examples.inputs) > 1 else next(iter(examples.inputs.values()))
    return np.asarray(exportable.model.predict(inputs, batch_size=32, verbose=0))
