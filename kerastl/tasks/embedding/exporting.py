"""Export an embedding model to a bundle of verified artifacts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.artifacts.export import export_bundle
from kerastl.artifacts.formats.registry import DEFAULT_FORMATS
from kerastl.recipe.held_out_examples import CALIBRATION, HELD_OUT, held_out_examples

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.exportable import Exportable, RawReader
    from kerastl.artifacts.held_out import HeldOut
    from kerastl.artifacts.on_refused import OnRefused
    from kerastl.data.splits.split import Split
    from kerastl.tasks.embedding.text_packing import TextPacking


def exported_length(split: Split, packing: TextPacking | None, limit: int | None) -> int | None:
    """Return the number of tokens of a file, which has a fixed length.

    Args:
        split: The inputs that files are compared on.
        packing: How texts become token ids, or None for images.
        limit: The embedding's own length, or None for images.

    Returns:
        The length that holds 99 % of the texts whole, or None for images.
    """
    from kerastl.data.texts.trimming import fitting_length

    if packing is None or limit is None:
        return None
    return fitting_length(packing.packer.lengths(split.encoded()), limit)


def exportable_embedding(
    model: keras.Model, reader: RawReader, length: int | None = None
) -> Exportable:
    """Return what the files of an embedding are made from.

    Args:
        model: The model, from preprocessed inputs to vectors.
        reader: Its reader of raw inputs.
        length: The result of `exported_length`. Defaults to None.

    Returns:
        The model with everything that an export needs.
    """
    from kerastl.artifacts.exportable import Exportable
    from kerastl.tasks.embedding.measure import VectorMeasure

    return Exportable(
        task="embedding",
        model=model,
        class_names=(),
        reader=reader,
        sequence_length=length,
        measure=VectorMeasure(),
    )


def export_embedding(
    exportable: Exportable,
    directory: Path,
    split: Split,
    batches: Callable[[Split], Iterable[Any]],
    *,
    formats: Sequence[str] | None,
    quantize: str | Sequence[str] | None,
    on_refused: OnRefused | None,
    **bounds: Any,
) -> Bundle:
    """Export an embedding model, each file compared with the model.

    Args:
        exportable: The model, from preprocessed inputs to vectors.
        directory: The bundle's directory.
        split: Inputs, with or without labels, at least 2.
        batches: Returns the inputs of a split as batches that the model takes, in order.
        formats: As for `export_bundle`.
        quantize: As for `export_bundle`; None stands for float32, float16 and dynamic.
        on_refused: As for `export_bundle`.
        **bounds: As for `export_bundle`.

    Returns:
        The bundle.

    Raises:
        ValueError: If there are fewer than 2 inputs.
    """
    if len(split) < 2:
        raise ValueError(
            "An exported embedding is compared with the model on at least 2 inputs. "
            f"Received: {len(split)}"
        )
    if quantize is None and "tflite" in (formats or DEFAULT_FORMATS):
        # Without int8: vectors have no labels that would forgive the rounding of activations.
        quantize, on_refused = ("float32", "float16", "dynamic"), on_refused or "report"
    order = np.random.default_rng(0).permutation(len(split))

    def examples(rows: np.ndarray) -> HeldOut:
        chosen = split.subset(np.sort(rows))
        model = exportable.model

        def vectors(inputs: dict[str, np.ndarray]) -> np.ndarray:
            named: Any = inputs if len(inputs) > 1 else next(iter(inputs.values()))
            return np.asarray(model.predict(named, batch_size=32, verbose=0))

        return held_out_examples(chosen, batches(chosen), model, vectors)

    return export_bundle(
        exportable,
        directory,
        held_out=examples(order[:HELD_OUT]),
        # With few inputs, the same ones calibrate: they have no labels to learn.
        calibration=examples(order[-CALIBRATION:]),
        formats=formats,
        quantize=quantize,
        on_refused=on_refused,
        **bounds,
    )


def raw_reader(
    split: Split,
    packing: TextPacking | None,
    length: int | None,
    image_size: tuple[int, int] | None,
    pixel_range: tuple[float, float] | None,
) -> RawReader:
    """Return the part of a SavedModel that reads raw texts or image files.

    Args:
        split: The examples that the export compares, whose range of pixels is used if declared.
        packing: How texts become token ids, or None for images.
        length: The sequence length of texts, or None for images.
        image_size: Height and width of images.
        pixel_range: The range of pixels of the embedding.
    """
    from kerastl.artifacts.readers.image_reader import ImageReader
    from kerastl.artifacts.readers.text_reader import TextReader

    if length is None:
        assert image_size is not None
        return ImageReader(image_size, getattr(split.inputs, "pixel_range", None) or pixel_range)
    assert packing is not None
    return TextReader(packing.packer, length, packing.truncation)
