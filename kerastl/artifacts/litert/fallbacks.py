"""Try the candidates of a LiteRT variant in turn until one passes the bounds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.bundle.artifact import KEPT, Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import VARIANTS, Candidate
from kerastl.artifacts.metadata.packing import with_metadata
from kerastl.basics.progress import step
from kerastl.heads.unfamiliarity import UNFAMILIARITY


@dataclass(frozen=True)
class Attempt:
    """One candidate that was tried, with its comparison.

    Attributes:
        row: Its row in the report.
        content: The content of the file.
        signature: The inputs and outputs of the file.
    """

    row: Artifact
    content: bytes
    signature: dict[str, Any]


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

        If the bound on the metric is 0, all candidates are tried, because a candidate may pass by
        luck while a better one loses a single example. Of those whose metric equals the highest
        one within the standard error, the one with the highest agreement is kept.

        Args:
            variant: A name in `VARIANTS`.

        Returns:
            All attempts. The last one has the variant's own name; the earlier ones have the
            name of their candidate added.

        Raises:
            RuntimeError: If a candidate cannot be converted or run.
            ImportError: If a package for it cannot be imported.
        """
        attempts = self._best_last(list(self._attempts(variant)))
        for number, attempt in enumerate(attempts[:-1]):
            row = replace(attempt.row, name=f"{attempt.row.name}, {attempt.row.candidate}")
            attempts[number] = replace(attempt, row=row)
        return attempts

    def _attempts(self, variant: str) -> Iterator[Attempt]:
        before = None
        for candidate in VARIANTS[variant]:
            if before and candidate.calibrated and self.observation is None:
                continue
            named = f", {candidate.name}" if candidate.name else ""
            with step(f"Making and checking tflite/{variant}{named}"):
                attempt = self._try(variant, candidate)
            # Two candidates may give the same file: attention always has the widest ranges.
            if before is None or attempt.content != before.content:
                yield attempt
            if attempt.row.kept and not self._tries_all(attempt):
                return
            before = attempt

    def _tries_all(self, attempt: Attempt) -> bool:
        return self.reference.max_drop == 0 and attempt.row.agreement != 1.0

    def _best_last(self, attempts: list[Attempt]) -> list[Attempt]:
        """Move the attempt to keep to the end, and refuse the others."""
        passed = [each for each in attempts if each.row.kept]
        if self.reference.max_drop != 0 or not passed:
            return attempts
        highest = max(passed, key=lambda each: each.row.accuracy or 0.0)
        equal = [each for each in attempts if self.reference.are_equal(each.row, highest.row)]
        best = max(equal, key=lambda each: each.row.agreement or 0.0)
        others = [_refused_for(each, best) for each in attempts if each is not best]
        path = highest.row.path
        return [*others, replace(best, row=replace(best.row, path=path, decision=KEPT))]

    def _try(self, variant: str, candidate: Candidate) -> Attempt:
        name, path = f"tflite/{variant}", Path("tflite", f"{variant}.tflite")
        try:
            made = candidate.make(self.float32, self.observation)
            content = with_metadata(made, self.exportable)
            runnable = LiteRTModel(content, threads=2)
            outputs = runnable.predict_outputs(self.examples.inputs)
            calibrated = self._calibrated(outputs)
            if calibrated is not self.exportable:
                content = with_metadata(made, calibrated)
        except (ImportError, MemoryError, OSError):
            raise
        except Exception as error:  # Two tools and a runtime raise errors of many types.
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise RuntimeError(
                f"The file {name!r} cannot be made: export it without this variant. "
                f"Received: {candidate.name or variant}, {type(error).__name__}: {first}"
            ) from error
        latency = LiteRTModel(content).latency_ms(self.examples.inputs)
        row = self.reference.compare(name, path, len(content), outputs["scores"], latency)
        signature = {"inputs": runnable.inputs, "outputs": runnable.outputs}
        if calibrated.unknown is not None:
            signature["unknown"] = calibrated.unknown.describe()
        return Attempt(replace(row, candidate=candidate.name), content, signature)

    def _calibrated(self, outputs: dict[str, np.ndarray]) -> Exportable:
        """Return the exportable with the file's own threshold of unknown inputs."""
        unknown, before = self.exportable.unknown, self.reference.unfamiliarity
        after = outputs.get(UNFAMILIARITY)
        if unknown is None or before is None or after is None or not np.isfinite(after).all():
            return self.exportable
        return replace(self.exportable, unknown=unknown.for_file(before, after))


def _refused_for(attempt: Attempt, best: Attempt) -> Attempt:
    if not attempt.row.kept:
        return attempt
    why = (
        f"refused: the metric of {best.row.candidate!r} is equal within its standard error or "
        f"higher, and its agreement {best.row.agreement:.4f}"
    )
    return replace(attempt, row=replace(attempt.row, path=None, decision=why))
