"""Bundles of the small classifiers in every format, exported once for all tests of a process."""

import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from kerastl.artifacts import Bundle, Exportable, HeldOut, export_bundle
from kerastl.artifacts.formats.registry import FORMATS
from kerastl.artifacts.saved_model import verify
from kerastl.artifacts.serving.server_process import ServerAnswer
from tests.contracts.small_exportables import MAKERS

VARIANTS = {
    "image": ("float32", "float16", "dynamic", "int8", "int8_io"),
    "text": ("float32", "float16", "dynamic", "int8"),
}
_FOLDER = tempfile.TemporaryDirectory(prefix="kerastl-bundles-")


@dataclass(frozen=True)
class SmallBundle:
    """A small classifier and its bundle. A test must not change either."""

    modality: str
    exportable: Exportable
    held_out: HeldOut
    bundle: Bundle
    server_answer: ServerAnswer
    """The scores of TensorFlow's C library in this export: the suite's one run for a modality."""

    @cached_property
    def scores(self) -> np.ndarray:
        """The model's own scores."""
        inputs = self.held_out.inputs
        named = inputs if len(inputs) > 1 else next(iter(inputs.values()))
        return self.exportable.model.predict(named, verbose=0)

    @cached_property
    def signatures(self) -> Any:
        """The loaded SavedModel's signatures."""
        import tensorflow as tf

        self._loaded.append(tf.saved_model.load(str(self.bundle.path("saved_model"))))
        return self._loaded[0].signatures

    @cached_property
    def _loaded(self) -> list[Any]:
        # A signature does not keep its SavedModel alive.
        return []


@cache
def small_bundle(modality: str) -> SmallBundle:
    """Export a small classifier in every format, its SavedModel checked as a server runs it."""
    exportable, held_out, calibration = MAKERS[modality]()
    answers = []

    def ask_as_server(*arguments):
        answers.append(real(*arguments))
        return answers[-1]

    real = verify.ask_as_server
    with mock.patch.object(verify, "ask_as_server", ask_as_server):
        bundle = export_bundle(
            exportable,
            Path(_FOLDER.name, modality, "deep", "bundle"),
            held_out=held_out,
            calibration=calibration,
            formats=tuple(FORMATS),
            quantize=VARIANTS[modality],
            check_server=True,
        )
    (answer,) = answers
    return SmallBundle(modality, exportable, held_out, bundle, answer)
