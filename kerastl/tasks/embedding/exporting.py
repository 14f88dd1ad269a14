"""From an embedding and inputs to a bundle of verified artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.artifacts.export import export_bundle
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.readers.image_reader import ImageReader
from kerastl.artifacts.readers.text_reader import TextReader
from kerastl.data.texts.trimming import fitting_length
from kerastl.tasks.embedding.measure import VectorMeasure

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split
    from kerastl.tasks.embedding.embedding import Embedding

_HELD_OUT, _CALIBRATION = 500, 200


def export_embedding(embedding: Embedding, directory: Path, split: Split, **bounds: Any) -> Bundle:
    """Write what `Embedding.export` promises; see there."""
    if len(split) < 2:
        raise ValueError(
            f"An exported embedder is compared with the model on at least 2 inputs. "
            f"Received: {len(split)}"
        )
    order = np.random.default_rng(0).permutation(len(split))
    # Where there are few, the same inputs calibrate: they have no labels to learn.
    held_out, rest = order[:_HELD_OUT], order[-_CALIBRATION:]
    length = _sequence_length(embedding, split)
    if split.modality == "text":
        assert embedding.backbone.packer is not None
        reader: Any = TextReader(embedding.backbone.packer, length or 0)
    else:
        assert embedding.image_size is not None
        reader = ImageReader(embedding.image_size)
    exportable = Exportable(
        task="embedding",
        model=embedding.model,
        class_names=(),
        reader=reader,
        sequence_length=length,
        measure=VectorMeasure(),
    )
    return export_bundle(
        exportable,
        directory,
        held_out=_examples(embedding, split, held_out, length),
        calibration=_examples(embedding, split, rest, length),
        **bounds,
    )


def _sequence_length(embedding: Embedding, split: Split) -> int | None:
    """Return what holds 99 % of the texts whole: files have one length, and padding costs time."""
    if split.modality == "image":
        return None
    limit, packer = embedding.sequence_length, embedding.backbone.packer
    assert limit is not None
    assert packer is not None
    lengths = np.asarray(packer(split.encoded(), limit)["padding_mask"]).sum(axis=1)
    return fitting_length(lengths, limit)


def _examples(
    embedding: Embedding, split: Split, rows: Sequence[int] | np.ndarray, length: int | None
) -> HeldOut:
    chosen = split.subset(np.sort(rows))
    if length is None:
        assert embedding.image_size is not None
        stream = chosen.pixels(embedding.image_size)
        parts = [
            each[0] if isinstance(each, tuple) else each for each in stream.as_numpy_iterator()
        ]
        inputs = {embedding.model.inputs[0].name: np.concatenate(parts)}
    else:
        assert embedding.backbone.packer is not None
        packed = embedding.backbone.packer(chosen.encoded(), length)
        inputs = {name: np.asarray(values) for name, values in packed.items()}
    named: Any = inputs if len(inputs) > 1 else next(iter(inputs.values()))
    return HeldOut(
        inputs=inputs,
        labels=np.asarray(embedding.model.predict(named, batch_size=32, verbose=0)),
        raw=chosen.encoded(),  # type: ignore[arg-type]
    )
