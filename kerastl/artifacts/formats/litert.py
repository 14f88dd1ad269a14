"""The LiteRT (TensorFlow Lite) format: `.tflite` files, one for each quantization variant."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.formats.card_program import tensor_program
from kerastl.artifacts.formats.format import ExportedFiles, ExportJob, ExportOptions, Format
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.fallbacks import Fallbacks
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import (
    AUTO,
    CALIBRATED,
    NEXT,
    TRAINED_BITS,
    automatic_variants,
)

_FLOAT = {"float32", "float16"}


class LiteRTFormat(Format):
    """`.tflite` files for phones, boards and browsers, one example at a time."""

    name: ClassVar[str] = "tflite"
    packages: ClassVar[tuple[str, ...]] = ("ai_edge_litert", "ai_edge_quantizer", "flatbuffers")

    def check(self, options: ExportOptions) -> None:
        """Check that integer variants have calibration examples."""
        super().check(options)
        if options.calibration is not None or options.quantize == AUTO:
            return
        if set(options.quantize) & CALIBRATED:
            raise ValueError(
                "'int8' and 'int8_io' take their number ranges from training examples: pass "
                "calibration=, or remove both from quantize. "
                f"Received: calibration=None, quantize={tuple(options.quantize)!r}"
            )

    def make(self, job: ExportJob) -> ExportedFiles:
        """Convert to float32, make the variants from that file, and keep those that pass.

        Variants with weights of quantization-aware training are made from a file of their own.
        """
        return self._variants(job, _converted(job, job.exportable))

    @contextmanager
    def making(self, job: ExportJob) -> Iterator[Callable[[], ExportedFiles]]:
        """Convert to float32 while other formats are checked; no file is timed then."""
        yield partial(self._variants, job, _converted(job, job.exportable))

    def _variants(self, job: ExportJob, float32: bytes) -> ExportedFiles:
        (job.directory / self.name).mkdir()
        scores = LiteRTModel(float32, threads=2).predict(job.examples.inputs)
        job.reference.check_same(scores, "The float32 LiteRT file")
        calibration = job.options.calibration
        quantize = job.options.quantize
        if quantize == AUTO:
            quantize = automatic_variants(float32, calibrated=calibration is not None)
        observes = calibration is not None and bool(set(quantize) - _FLOAT)
        own = _fallbacks(job, job.exportable, float32, observes)
        trained: dict[int, Fallbacks] = {}
        rows: list[Artifact] = []
        refused: list[Artifact] = []
        description: dict[str, Any] = {}
        # Each variant with the reason for it: none where it was asked for.
        due = dict.fromkeys(quantize, "")
        made: set[str] = set()
        while remaining := [variant for variant in due if variant not in made]:
            variant = remaining[0]
            made.add(variant)
            bits = TRAINED_BITS.get(variant)
            weights = None if bits is None else job.options.quantized_weights.get(bits)
            reasons = [due[variant]]
            if bits is None or weights is None:
                attempts = own.make(variant)
            else:
                if bits not in trained:
                    other = job.exportable.with_weights(weights)
                    trained[bits] = _fallbacks(job, other, _converted(job, other), observes)
                attempts = trained[bits].make(variant)
                reasons.append(f"quantization-aware training to {bits} bits")
            rows += [_with_reasons(attempt.row, reasons) for attempt in attempts]
            last = attempts[-1]
            if last.row.kept and last.row.path is not None:
                (job.directory / last.row.path).write_bytes(last.content)
                description[last.row.path.as_posix()] = last.signature
            else:
                if variant in quantize:
                    refused.append(last.row)
                if variant in NEXT:
                    due.setdefault(NEXT[variant], f"in place of {variant}")
        return ExportedFiles(tuple(rows), description, tuple(refused))

    def run(self, path: Path, examples: HeldOut) -> np.ndarray:
        """Score examples one at a time with the LiteRT interpreter."""
        return LiteRTModel(path.read_bytes(), threads=2).predict(examples.inputs)

    def describe(self, artifacts: Sequence[Artifact], description: dict[str, Any]) -> list[str]:
        """Write how the LiteRT interpreter runs the fastest file."""
        # Integer outputs need a receiver that rescales them: such a file comes last.
        best = min(artifacts, key=lambda a: (a.name.endswith("_io"), a.latency_ms or 0.0))
        assert best.path is not None
        path = best.path.as_posix()
        inputs = description[path]["inputs"]
        arguments = ", ".join(f"{name}={name}" for name in inputs)
        program = tensor_program(
            inputs,
            ["from ai_edge_litert.interpreter import Interpreter"],
            f'run = Interpreter("{path}").get_signature_runner()',
            f'print(run({arguments})["scores"])',
        )
        return [
            "### LiteRT",
            "",
            *program,
            "",
            "An interpreter serves one thread at a time: threads that share it need a lock.",
        ]


def _converted(job: ExportJob, exportable: Exportable) -> bytes:
    with tempfile.TemporaryDirectory(dir=job.directory) as workspace:
        return convert_float32(exportable, Path(workspace))


def _fallbacks(job: ExportJob, exportable: Exportable, float32: bytes, observes: bool) -> Fallbacks:
    calibration = job.options.calibration
    observation = None
    if calibration is not None and observes:
        observation = observe(float32, calibration.inputs)
    return Fallbacks(exportable, float32, observation, job.examples, job.reference)


def _with_reasons(row: Artifact, reasons: Sequence[str]) -> Artifact:
    return replace(row, candidate=", ".join(filter(None, (row.candidate, *reasons))))
