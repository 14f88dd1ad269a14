"""Try the candidates of a LiteRT variant in turn until one passes the bounds."""

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
    """One candidate that was tried, with its comparison.

    Attributes:
        row: Its row in the report.
        content: The content of the file; None if it could not be made.
        signature: The inputs and outputs of the file.
    """

    row: Artifact
    content: bytes | None = None
    signature: dict[str, Any] | None = None


@dataclass(frozen=True)
class Fallbacks:
    """Makes each variant by the first of its candidates that passes.

    Attributes:
        exportable: The model, for the metadata of its files.
        float32: The content of the float32 file.
        observation: Values of calibration examples, or None.
        examples: The held-out examples.
        reference: The model's scores of these examples, and the bounds.
    """

    exportable: Exportable
    float32: bytes
    observation: Observation | None
    examples: HeldOut
    reference: Reference

    def make(self, variant: str) -> list[Attempt]:
        """Try a variant's candidates until one passes.

        Args:
            variant: A name in `VARIANTS`.

        Returns:
            All attempts. The last one has the variant's own name; the earlier ones have the
            name of their candidate added.
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
            # Two candidates may give the same file: attention always has the widest ranges.
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
        except Exception as error:  # Two tools and a runtime raise errors of many types.
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            return Attempt(Artifact.refused(name, f"cannot be made, {first}", candidate.name))
        latency = LiteRTModel(content).latency_ms(self.examples.inputs)
        row = self.reference.compare(name, path, len(content), scores, latency)
        signature = {"inputs": runnable.inputs, "outputs": runnable.outputs}
        return Attempt(replace(row, candidate=candidate.name), content, signature)
