"""Export a trained model to a bundle of verified files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import REPORT, Bundle
from kerastl.artifacts.bundle.checksums import write_checksums
from kerastl.artifacts.bundle.description import describe
from kerastl.artifacts.bundle.model_card import model_card
from kerastl.artifacts.bundle.refused_error import RefusedError
from kerastl.artifacts.bundle.report_page import report_page
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.float32_copy import check_float32_copy
from kerastl.artifacts.formats.format import ExportedFiles, ExportJob, ExportOptions, Format
from kerastl.artifacts.formats.registry import DEFAULT_FORMATS, FORMATS, export_format
from kerastl.artifacts.held_out import HeldOut, check_pixels, check_same_scale
from kerastl.artifacts.litert.variants import AUTO, VARIANTS
from kerastl.artifacts.model_unfamiliarity import unfamiliarity_of
from kerastl.artifacts.on_refused import OnRefused, formats_asked_for
from kerastl.artifacts.saved_model.write import MAX_EXAMPLES
from kerastl.backbones.running.finite_model import finite_outputs
from kerastl.basics.arguments import check_count, check_flag, check_number
from kerastl.basics.files.json_file import write_json
from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target
from kerastl.basics.progress import step
from kerastl.basics.quiet_tensorflow import without_saving_lines
from kerastl.basics.suggest import unknown_name

# Without int4, which needs a large network, weight-only, which dynamic makes superfluous, and
# int8_io, which MediaPipe and LiteRT.js refuse.
DEFAULT_QUANTIZE = ("float32", "float16", "dynamic", "int8")

# Enough that one wrong answer is 0.2 points, and a BERT takes seconds per file.
_COMPARED = 500
_CALIBRATION = 200


def export_bundle(
    exportable: Exportable,
    directory: str | Path,
    *,
    held_out: HeldOut,
    calibration: HeldOut | None = None,
    formats: Sequence[str] | None = None,
    quantize: str | Sequence[str] | None = None,
    max_drop: float | None = 0.01,
    min_agreement: float | None = 0.9,
    on_refused: OnRefused | None = None,
    check_server: bool = False,
    max_pixels: int | None = None,
    max_examples: int = MAX_EXAMPLES,
    overwrite: bool = False,
    quantized_weights: Mapping[int, Sequence[np.ndarray]] | None = None,
    note: str | None = None,
) -> Bundle:
    """Export a model to files, each run in its own runtime and compared with the model.

    The bundle appears in one step after everything has passed. After an error nothing is there.

    Args:
        exportable: The model, its labels, its reader of raw input and its measure.
        directory: Directory of the bundle. Missing parents are created.
        held_out: Examples to compare on, from the validation split. At most 500 are used, sampled
            by class.
        calibration: Examples from the training split, for integer ranges and bias correction. At
            most 200 are used, sampled by class. Required for `"int8"` and `"int8_io"`.
        formats: Any of `"saved_model"`, `"tflite"` and `"onnx"`, a float32 file that needs
            `kerastl[onnx]`. Defaults to None: the first two.
        quantize: LiteRT variants, any of `"float32"`, `"float16"`, `"dynamic"`,
            `"weight_only"`, `"int8"`, `"int8_io"` (int8 in and out as well), `"int4"`; or
            `"auto"`: float32, and with it int8 for a convolutional network, dynamic for a
            transformer, weight-only for a convolutional network without `calibration`.
            Defaults to None: float32, float16, dynamic and int8.
        max_drop: Largest loss of the task's metric, such as accuracy, at which a file is kept.
            A variant that loses more is made again with other ranges, then with its most
            sensitive layers in float, then replaced by the next larger variant. With 0, all ways
            are tried, and of those whose metrics are equal within the standard error, the one
            with the highest agreement is kept. None keeps any. Defaults to 0.01.
        min_agreement: Smallest share of examples on which a file predicts the model's label.
            None sets no bound. Defaults to 0.9.
        on_refused: `"raise"` raises `RefusedError` after the bundle is written, if a file that was
            asked for missed a bound. `"report"` leaves it to the report. Defaults to None:
            `"raise"` for variants named in `quantize` and formats named in `formats`, `"report"`
            for the defaults and for `"auto"`.
        check_server: Whether the SavedModel is also run in TensorFlow's C library, as TensorFlow
            Serving runs it. Defaults to False: its operations are compared with the list of those
            that servers have, which takes no time.
        max_pixels: Largest number of pixels of a raw image, all frames of a GIF counted. The
            SavedModel and the Python programs that read the files do not decode larger ones.
            Defaults to None: 25,000,000. Texts have no such limit.
        max_examples: Largest number of examples of a request to the SavedModel. Defaults to 128.
        overwrite: Whether an earlier bundle in this directory may be replaced. Defaults to False.
        quantized_weights: Weights of the model after quantization-aware training, by bits: 8 for
            `"int8"` and `"int8_io"`, 4 for `"int4"`. Every other file has the model's own weights.
            All files are compared with the model. Defaults to None: its own weights everywhere.
        note: A remark on the held-out examples for the report and the model card, such as that
            the model was trained on them. Defaults to None.

    Returns:
        The bundle. It has a row for every file that was tried; a file that fails a bound is not
        written, and its row gives the reason.

    Raises:
        RefusedError: If a file that was asked for missed a bound, see `on_refused`. The error has
            the bundle, with all other files.
        ImportError: If a format's packages are not installed.
        ValueError: If a name is unknown, or examples are missing or on another scale.
        RuntimeError: If a file cannot be converted or run, or an unquantized one does not compute
            what the model computes.
        FileExistsError: If the directory holds something else, a bundle and not `overwrite`, or a
            bundle that cannot be replaced.
        OSError: If the directory cannot be written to, or the disk is full.

    Example:

    ```python
    bundle = export_bundle(exportable, "out/trash", held_out=validation, calibration=training)
    print(bundle)
    ```
    """
    target = Path(directory)
    asked = formats_asked_for(on_refused, formats, quantize)
    formats = DEFAULT_FORMATS if formats is None else formats
    _check_names("export format", formats, FORMATS)
    quantize = DEFAULT_QUANTIZE if quantize is None else quantize
    if quantize != AUTO:
        _check_names("quantization", quantize, VARIANTS)
    _check_share("max_drop", max_drop)
    _check_share("min_agreement", min_agreement)
    check_flag("check_server", check_server)
    check_count("max_examples", max_examples)
    if max_pixels is not None:
        exportable = exportable.with_max_pixels(max_pixels)
    check_flag("overwrite", overwrite)
    _check_backend()
    table = [export_format(name) for name in FORMATS]
    chosen = [each for each in table if each.name in formats]
    if check_server and not any(each.is_served for each in chosen):
        served = ", ".join(repr(each.name) for each in table if each.is_served)
        raise ValueError(
            f"check_server=True needs a format that a server loads: add {served} to formats, or "
            f"leave check_server out. Received: formats={tuple(formats)!r}"
        )
    options = ExportOptions(
        quantize,
        calibration and calibration.sample(_CALIBRATION),
        check_server,
        int(max_examples),
        quantized_weights or {},
    )
    for each in chosen:
        each.check(options)
    check_target(target, overwrite, marker=REPORT)
    check_pixels(held_out)
    if calibration is not None:
        check_same_scale(held_out, calibration)
    examples = held_out.sample(_COMPARED)
    scores = _model_scores(exportable, examples)
    check_float32_copy(exportable, examples, scores)
    measure = exportable.measure
    reference = Reference(
        scores,
        examples.labels,
        measure,
        max_drop,
        min_agreement,
        unfamiliarity_of(exportable, examples),
    )
    artifacts: list[Artifact] = []
    refused: list[Artifact] = []
    use: list[str] = []
    with whole_or_nothing(target, REPORT) as staged:
        job = ExportJob(exportable, examples, reference, staged, target, options)
        description = describe(exportable)
        for each, files in _made(chosen, job):
            artifacts += files.artifacts
            refused += [row for row in files.refused if each.name in asked]
            description[each.name] = files.description
            kept = [artifact for artifact in files.artifacts if artifact.kept]
            if kept:
                use += [*each.describe(kept, files.description), ""]
        exportable.reader.save(staged)
        (staged / "labels.txt").write_text(
            "".join(f"{name}\n" for name in exportable.class_names), encoding="utf-8"
        )
        bundle = Bundle(
            directory=target,
            task=exportable.task,
            labels=exportable.class_names,
            examples=len(examples),
            model_accuracy=reference.metric,
            artifacts=tuple(artifacts),
            metric=measure.name,
            note=note,
        )
        sample = options.calibration
        description["data"] = {
            "parameters": exportable.model.count_params(),
            "held_out": measure.counts(examples.labels, exportable.class_names),
            "calibration": sample and measure.counts(sample.labels, exportable.class_names),
            "calibration_examples": sample and len(sample),
        }
        write_json(staged / "kerastl.json", description)
        write_json(staged / REPORT, bundle.to_json())
        reliability = measure.reliability(scores, examples.labels)
        not_timed = [each.name for each in chosen if each.times_raw_input]
        page = report_page(bundle, reliability, not_timed)
        (staged / "report.html").write_text(page, encoding="utf-8")
        card = model_card(bundle, description, use[:-1])
        (staged / "README.md").write_text(card, encoding="utf-8")
        write_checksums(staged)
    if refused:
        raise RefusedError(bundle, refused)
    return bundle


def _made(chosen: Sequence[Format], job: ExportJob) -> Iterator[tuple[Format, ExportedFiles]]:
    """Make the files of each format; a SavedModel is checked while others are written."""
    with ExitStack() as begun, without_saving_lines():
        finish = []
        for each in chosen:
            with step(f"Writing {each.name}"):
                finish.append(begun.enter_context(each.making(job)))
        for each, make in zip(chosen, finish, strict=True):
            with step(f"Checking {each.name}"):
                files = make()
            yield each, files


def _check_names(kind: str, names: str | Sequence[str], known: Iterable[str]) -> None:
    if isinstance(names, str):
        raise ValueError(f"Give each {kind} in a list or tuple. Received: {names!r}")
    if not names:
        raise ValueError(f"At least one {kind} is needed. Received: {names!r}")
    for name in names:
        if name not in known:
            raise unknown_name(kind, name, known)


def _check_share(name: str, share: float | None) -> None:
    if share is not None:
        check_number(name, share, "[0, 1]")


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
    return finite_outputs(exportable.model, inputs)
