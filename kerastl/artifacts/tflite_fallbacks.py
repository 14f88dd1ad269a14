"""Make a variant; where it fails the bounds, make it more carefully."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import VARIANTS, Candidate
from kerastl.artifacts.metadata.packing import with_metadata


@dataclass(frozen=True)
class Attempt:
    """A file that was made and judged.

    Attributes:
        row: Its line in the report.
        content: The file; None where it could not be made.
        signature: Its inputs and outputs.
    """

    row: Artifact
    content: bytes | None = None
    signature: dict[str, Any] | None = None


@dataclass(frozen=True)
class Fallbacks:
    """The ways to make each variant, tried in turn until one passes.

    Attributes:
        exportable: The model, for the metadata of its files.
        float32: The float32 file.
        observation: Values of calibration examples, or None.
        examples: What to compare on.
        reference: The model's answers, and the bounds.
    """

    exportable: Exportable
    float32: bytes
    observation: Observation | None
    examples: HeldOut
    reference: Reference

    def climb(self, variant: str) -> list[Attempt]:
        """Try a variant's candidates until one passes.

        Args:
            variant: A name in `VARIANTS`.

        Returns:
            All attempts, the last one under the variant's own name, the ones before it with
            the candidate's name added.
        """
        attempts = list(self._attempts(variant))
        for number, attempt in enumerate(attempts[:-1]):
            row = replace(attempt.row, name=f"{attempt.row.name}, {attempt.row.candidate}")
            attempts[number] = replace(attempt, row=row)
        return attempts

    def _attempts(self, variant: str) -> Iterator[Attempt]:
        before = None
        for candidate in VARIANTS[variant]:
            if before and candidate.calibrated and self.observation is None:
                continue
            attempt = self._try(variant, candidate)
            # Two candidates may be the same for a network: attention always has the widest ranges.
            if before is None or attempt.content is None or attempt.content != before.content:
                yield attempt
            if attempt.row.kept:
                return
            before = attempt

    def _try(self, variant: str, candidate: Candidate) -> Attempt:
        name, path = f"tflite/{variant}", Path("tflite", f"{variant}.tflite")
        try:
            content = with_metadata(candidate.make(self.float32, self.observation), self.exportable)
            runnable = LiteRTModel(content, threads=2)
            scores = runnable.predict(self.examples.inputs)
        except MemoryError:
            raise
        except Exception as error:  # Two tools and a runtime, each with errors of its own.
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            return Attempt(Artifact.refused(name, f"cannot be made, {first}", candidate.name))
        latency = LiteRTModel(content).latency_ms(self.examples.inputs)
        row = self.reference.judge(name, path, len(content), scores, latency)
        signature = {"inputs": runnable.inputs, "outputs": runnable.outputs}
        return Attempt(replace(row, candidate=candidate.name), content, signature)
