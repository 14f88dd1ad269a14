"""A bundle or a recipe behind the page."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from kerastl.answering.results import TASKS
from kerastl.answering.trying.shown import shown, weighted_words
from kerastl.basics.printable import printable
from kerastl.data.images.encoded_images import Images
from kerastl.data.images.opening import open_image
from kerastl.data.images.thumbnails import data_address, small_image
from kerastl.data.images.upright_sizes import upright_sizes
from kerastl.data.splits.split import Split

MOST_CHARACTERS = 100_000
_SIDE = 720
_MOST_WORDS = 64
_WITHOUT_PAGE = ("embedding",)
_CORRECTED = ("image_classification", "text_classification", "few_shot_text_classification")


class TriedModel:
    """Answers raw inputs one after the other, with what the page shows of them.

    Args:
        model: A `BundleModel`, or a trained recipe, which also explains its answers.
        name: The name that the page shows.

    Attributes:
        name: As given.
        task: The task.
        modality: `"image"` or `"text"`.
        labels: The labels.
        explains: Whether the model explains its answers.
        is_corrected: Whether an answer is one class, which a person may correct.

    Raises:
        ValueError: If the page cannot show what the task answers.
    """

    def __init__(self, model: Any, name: str) -> None:
        known = [task for task in TASKS if task not in _WITHOUT_PAGE]
        if model.task not in known:
            raise ValueError(
                "The page shows classes, labels, numbers, objects and entities, and this model "
                "answers with something else: use `kerastl predict` or Python. "
                f"Received: a model of the task {model.task!r}"
            )
        self._model = model
        self._lock = threading.Lock()
        self.name = printable(name)
        self.task: str = model.task
        self.modality: str = model.modality
        self.explains = hasattr(model, "explain")
        self.labels = tuple(model.class_names if self.explains else model.labels)
        self.is_corrected = self.task in _CORRECTED
        self._options = {"allow_unknown": True} if getattr(model, "tells_unknown", False) else {}

    def warm_up(self) -> None:
        """Answer one input, because the first answer of a recipe takes seconds."""
        self.answer(_blank() if self.modality == "image" else b"word")

    def answer(self, content: bytes) -> dict[str, Any]:
        """Predict one input.

        Args:
            content: The bytes of an image file, or a text in UTF-8.

        Returns:
            What the page shows: the prediction, `ms`, and `preview`, the address of a small
            upright image.

        Raises:
            ValueError: If the input cannot be read. The message is one sentence.
        """
        raw, split = self._read(content)
        with self._lock, _one_sentence():
            start = time.perf_counter()
            result = self._model.predict([raw], verbose=0, **self._options)[0]
            seconds = time.perf_counter() - start
        text = raw if isinstance(raw, str) else None
        answer: dict[str, Any] = {"ms": 1000 * seconds, "preview": None}
        if text is not None:
            return {**answer, **shown(result, text, None)}
        width, height = upright_sizes(split.inputs)[0].tolist()
        preview = small_image(split.inputs, 0, _SIDE)
        if preview is not None:
            answer["preview"] = data_address(preview)
        return {**answer, **shown(result, None, (width, height))}

    def why(self, content: bytes) -> dict[str, Any]:
        """Explain the prediction for one input.

        Args:
            content: As for `answer`.

        Returns:
            What the page shows: `target`, and `image`, the address of an image under its heat map,
            or `parts`, the words with their weights.

        Raises:
            ValueError: If there is no explanation. The message is one sentence.
        """
        raw, _ = self._read(content)
        options = {"most_words": _MOST_WORDS} if isinstance(raw, str) else {}
        with self._lock, _one_sentence():
            found = self._model.explain(raw, **options)
        target = printable(found.target)
        if isinstance(raw, str):
            return {"target": target, "parts": weighted_words(raw, found.words, found.weights)}
        overlay = found.overlay()
        return {"target": target, "image": None if overlay is None else data_address(overlay)}

    def check(self, content: bytes) -> None:
        """Check that an input can be read.

        Args:
            content: As for `answer`.

        Raises:
            ValueError: If it cannot. The message is one sentence.
        """
        self._read(content)

    def _read(self, content: bytes) -> tuple[bytes | str, Any]:
        """Return the raw input, and a split of an image."""
        if self.modality == "text":
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError as error:
                raise ValueError("The text must be UTF-8.") from error
            if not text.strip():
                raise ValueError("The text is empty.")
            if len(text) > MOST_CHARACTERS:
                raise ValueError(f"A text has at most {MOST_CHARACTERS:,} characters.")
            return text, None
        try:
            with open_image(io.BytesIO(content)):
                pass
        # Pillow's readers raise errors of many kinds for damaged files.
        except Exception as error:
            raise ValueError("The file cannot be read as an image.") from error
        with _one_sentence():
            split = Split.from_raw([content], "image", predicting=True)
        assert isinstance(split.inputs, Images)
        return content, split


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Raise errors of an input as a `ValueError` of one sentence, without what was received."""
    try:
        yield
    except (ValueError, OSError) as error:
        message = " ".join(str(error).partition("Received:")[0].split())
        raise ValueError(printable(message) or "The input cannot be read.") from error


def _blank() -> bytes:
    from PIL import Image

    written = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(written, "PNG")
    return written.getvalue()
