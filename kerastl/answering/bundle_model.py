"""An exported LiteRT file that predicts raw inputs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.answering.inputs.prepared import InputReader, Prepared
from kerastl.answering.results import Results
from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.basics.arguments import check_flag
from kerastl.basics.printable import printable
from kerastl.basics.progress import shows_progress, step
from kerastl.data.splits.expected_split import as_split
from kerastl.data.splits.split import Split

SCORES, UNFAMILIARITY = "scores", "unfamiliarity"
"""Names of the outputs; `kerastl.heads.unfamiliarity`, which has them, imports Keras."""

# Inputs that are prepared ahead for each thread that prepares them.
_AHEAD = 4


class BundleModel:
    """A LiteRT file of a bundle. `kerastl.load_bundle` returns it.

    Neither TensorFlow nor Keras is imported. Several threads may share a model: they prepare inputs
    at the same time, and the interpreter runs them one after the other.

    Attributes:
        directory: The bundle.
        task: The task, such as `"image_classification"`.
        labels: Class names in the order of the scores; names of labels, targets or tags for other
            tasks; empty for an embedding.
        tells_unknown: Whether `predict` can answer that an input belongs to no class.
        artifact: The row of the bundle's report for the file.

    Example:

    ```python
    model = kerastl.load_bundle("out/trash")
    print(model.predict("photo.jpg")[0])  # glass (0.930)
    ```
    """

    def __init__(
        self,
        directory: Path,
        task: str,
        labels: tuple[str, ...],
        artifact: Artifact,
        inputs: InputReader,
        model: LiteRTModel,
        results: Results,
        threshold: float | None = None,
    ) -> None:
        self.directory = directory
        self.task = task
        self.labels = labels
        self.artifact = artifact
        self._inputs = inputs
        self._model = model
        self._results = results
        self._threshold = threshold

    @property
    def modality(self) -> str:
        """Kind of input: `"image"` or `"text"`."""
        return self._inputs.modality

    @property
    def format(self) -> str:
        """Name of the file, such as `"tflite/int8"`."""
        return self.artifact.name

    @property
    def tells_unknown(self) -> bool:
        """Whether the file has a score and a threshold of unknown inputs."""
        return self._threshold is not None and UNFAMILIARITY in self._model.outputs

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        pixel_range: tuple[float, float] | None = None,
        allow_unknown: bool = False,
        verbose: Any = "auto",
    ) -> Any:
        """Predict raw inputs.

        Args:
            inputs: As for `Recipe.predict`: one raw input or a list of them, for images paths,
                file bytes, PIL images or arrays of pixels, a folder or a pattern such as
                `"photos/*.jpg"`; for texts strings. Or a split.
            pixel_range: The values of black and white in raw images. Defaults to None: those of
                the training images.
            allow_unknown: For a classifier, whether an input that is unlike the training examples
                gets `label=None`. Defaults to False.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            What `Recipe.predict` of the task returns, one result for each input, in order. For an
            embedding, the vectors, float32 of shape `(inputs, width)`.

        Raises:
            ValueError: If an input cannot be read, a score is NaN or infinite, or the file cannot
                tell unknown inputs.
        """
        check_flag("allow_unknown", allow_unknown)
        if allow_unknown and not self.tells_unknown:
            raise ValueError(
                "This file cannot tell unknown inputs: leave allow_unknown out, or export a "
                "classifier with `choose_unknown_threshold` again. "
                f"Received: allow_unknown=True for {self!r}"
            )
        own = self._inputs.pixel_range
        split = as_split(inputs, self.modality, "The bundle", pixel_range, own)
        found = []
        with step("Predicting", len(split)) as advance:
            for result in self._answers(split, allow_unknown):
                found.append(result)
                advance(1)
        if self.task != "embedding":
            return found
        return np.stack(found) if found else np.zeros((0, self.width), np.float32)

    def answer(self, raw: Any, *, allow_unknown: bool = False) -> tuple[Any, Any]:
        """Predict one raw input, without threads.

        Args:
            raw: The bytes of an image file, or a string.
            allow_unknown: As for `predict`, if `tells_unknown`. Defaults to False.

        Returns:
            The result, and width and height of an image; for a text what the answer needed.

        Raises:
            ValueError: If the input cannot be read, or a score is NaN or infinite.
        """
        prepared = self._fed(self._inputs.read(raw))
        return self._result(prepared, 0, allow_unknown), prepared.context

    @property
    def width(self) -> int:
        """The last size of the scores: the number of labels, or the width of a vector."""
        return int(self._model.outputs["scores"]["shape"][-1])

    def _answers(self, split: Split, allow_unknown: bool) -> Iterator[Any]:
        """Run the interpreter on each input while threads prepare the next ones."""
        workers = min(len(split), os.cpu_count() or 1)
        if workers < 2:
            for index in range(len(split)):
                yield self._result(self._prepare(split, index), index, allow_unknown)
            return
        waiting: deque[Future[Prepared]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            try:
                for index in range(len(split) + _AHEAD * workers):
                    if index < len(split):
                        waiting.append(pool.submit(self._prepare, split, index))
                    done = index - _AHEAD * workers
                    if 0 <= done < len(split):
                        yield self._result(waiting.popleft().result(), done, allow_unknown)
            finally:
                for each in waiting:
                    each.cancel()

    def _prepare(self, split: Split, index: int) -> Prepared:
        return self._fed(self._inputs.prepare(split, index))

    def _fed(self, prepared: Prepared) -> Prepared:
        """Convert values to the types of the file."""
        return Prepared([self._model.prepare(feed, 0) for feed in prepared.feeds], prepared.context)

    def _result(self, prepared: Prepared, index: int, allow_unknown: bool) -> Any:
        outputs = [self._model.run_outputs(feed) for feed in prepared.feeds]
        if not all(np.isfinite(each).all() for named in outputs for each in named.values()):
            raise ValueError(
                "The scores must be finite: this file cannot answer the input. "
                f"Received: NaN or infinity for input {index}"
            )
        result = self._results.read([named[SCORES][0] for named in outputs], prepared.context)
        if allow_unknown and self._threshold is not None:
            return result.judged(outputs[0][UNFAMILIARITY][0], self._threshold)
        return result

    def __repr__(self) -> str:
        labels = f", {len(self.labels)} labels" if self.labels else ""
        return (
            f"{type(self).__name__}({printable(str(self.directory))!r}, {self.task}, "
            f"{self.format}{labels})"
        )
