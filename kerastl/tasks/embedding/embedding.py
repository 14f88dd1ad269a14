"""Vectors of texts, words and images from a pre-trained backbone, without training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.backbone import poolings_of
from kerastl.backbones.checked_options import check_options
from kerastl.backbones.feature_stages import choose_feature_stages
from kerastl.backbones.registry import backbone as find_backbone
from kerastl.basics.arguments import check_choice, check_count, check_seed
from kerastl.basics.image_size import check_image_size
from kerastl.basics.keyword_options import keyword_options
from kerastl.basics.known_options import check_calls
from kerastl.data.images.pixel_range import check_no_range, checked_range
from kerastl.tasks.embedding.settings import check_settings, checked_length
from kerastl.tasks.embedding.text_packing import TextPacking

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.artifacts.on_refused import OnRefused
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.recipe.recipe import Recipe
    from kerastl.search.vector_index import VectorIndex
    from kerastl.tasks.embedding.classifier import EmbeddingClassifier, Method
    from kerastl.tasks.embedding.word_vectors import WordVector


class Embedding:
    """Turn raw inputs into vectors: one for each text or image, or one for each word.

    Args:
        backbone: A name, preset, path, `keras.Model` or `Backbone`; see `kerastl.backbone`.
        stage: Name of the stage whose output gives the vectors. Defaults to the backbone's last.
        pooling: How a sequence or feature map becomes one vector. Defaults to the backbone's
            own way.
        normalize: Whether vectors have length 1, so that their product is the cosine
            similarity. Words' vectors never are. Defaults to True.
        sequence_length: Tokens a text, special ones included. Defaults to the backbone's limit.
        truncation: Which tokens of a longer text are read: `"head"`, the first; `"tail"`, the
            last; `"head_tail"`, the first quarter and the last three quarters. Defaults to
            `"head"`.
        image_size: `(height, width)` in pixels, or one number for both. Defaults to the
            backbone's own.
        pixel_range: Values of black and white in raw images, such as `(0, 1)`; see
            `kerastl.data.arrays`. Defaults to the range of their type.
        **options: `weights` and options of the backbone's builder; see `kerastl.backbone`.

    Raises:
        ValueError: If a stage, a pooling or an option is not known, or the length exceeds the
            backbone's limit.

    Example:

    ```python
    embedding = kerastl.Embedding("minilm")
    vectors = embedding.embed(["A fine film.", "Dull."])  # float32, shape (2, width)
    index = embedding.index(texts)
    for hit in index.search("a slow start that pays off", k=3):
        print(hit)
    ```
    """

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        stage: str | None = None,
        pooling: str | None = None,
        normalize: bool = True,
        *,
        sequence_length: int | None = None,
        truncation: str = "head",
        image_size: int | tuple[int, int] | None = None,
        pixel_range: tuple[float, float] | None = None,
        **options: Any,
    ) -> None:
        check_options(type(self).__name__, keyword_options(type(self)), backbone, options)
        check_settings(stage, normalize, sequence_length, truncation)
        self.backbone = find_backbone(backbone, **options)
        self._stage = stage
        self.pooling = self.backbone.pooling if pooling is None else pooling
        check_choice("pooling", self.pooling, poolings_of(self.backbone))
        self.normalize = normalize
        self.sequence_length = checked_length(sequence_length, self.backbone)
        self.truncation = truncation
        own = self.backbone.image_size
        self.image_size = own if image_size is None else check_image_size(image_size)
        self.pixel_range = checked_range(pixel_range)
        if self.backbone.modality != "image":
            check_no_range(pixel_range)

    @classmethod
    def of(cls, recipe: Recipe, normalize: bool = True) -> Embedding:
        """Make an embedding from the backbone of a trained recipe.

        Args:
            recipe: A recipe with a model; the last of its feature stages gives the vectors.
            normalize: As for the class. Defaults to True.

        Returns:
            The embedding, with the weights that the recipe has now.
        """
        made = cls(
            recipe.backbone,
            recipe.feature_stages[-1],
            None if recipe.pooling == "statistics" else recipe.pooling,
            normalize,
            **recipe.input_arguments(),
        )
        made._features = recipe.model
        made.pixel_range = recipe.pixel_range
        return made

    @property
    def stage(self) -> str:
        """Name of the stage whose output gives the vectors."""
        return choose_feature_stages(self._stage or "last", self.backbone)[0]

    @cached_property
    def model(self) -> keras.Model:
        """The Keras model, from preprocessed inputs to vectors."""
        import keras

        vector = self._pooled(self._output(self.stage))
        if self.normalize:
            vector = keras.layers.UnitNormalization(name="unit_length")(vector)
        return keras.Model(self._features.input, vector, name="embedding")

    def embed(
        self,
        inputs: Any,
        batch_size: int = 32,
        to: str | os.PathLike[str] | None = None,
        *,
        pixel_range: tuple[float, float] | None = None,
    ) -> np.ndarray:
        """Embed whole texts or images.

        Args:
            inputs: One raw input or a list of them: for images paths, file bytes, PIL images
                or arrays of pixels; for texts strings. Or a split.
            batch_size: Inputs in a batch. Defaults to 32.
            to: A `.npy` file that vectors are written to batch by batch, for more than fits
                into memory; it appears when it is whole. Defaults to None: memory.
            pixel_range: As for the class, for these images. Defaults to that of the class.

        Returns:
            One vector for each input, float32 of shape `(inputs, width)`; memory-mapped with `to`.

        Raises:
            ValueError: If an input cannot be read, or a weight or a vector is NaN or infinite.
        """
        from kerastl.data.splits.unreadable import naming_unreadable
        from kerastl.tasks.embedding.batches import collect, finite_vectors

        check_count("batch_size", batch_size)
        split = self._as_split(inputs, pixel_range)
        width = self.model.output_shape[-1]
        vectors = finite_vectors(self.model, self._batches(split, batch_size), len(split))
        with naming_unreadable(split):
            return collect(vectors, (len(split), width), to)

    def word_embeddings(
        self, texts: str | Sequence[str], layers: Sequence[str] | None = None, batch_size: int = 32
    ) -> list[list[WordVector]]:
        """Embed every word in its context.

        Spaces separate words; a punctuation mark, symbol or ideograph is a word of its own. A
        text longer than `sequence_length` is read in overlapping windows, so no word is lost.

        Args:
            texts: One text or a list of them.
            layers: Names of the stages whose vectors are averaged, such as the last four of
                BERT, which carry most for tagging (Devlin et al. 2019, table 7). Defaults to
                the embedding's stage.
            batch_size: Windows in a batch. Defaults to 32.

        Returns:
            For each text its words: `word`, `start`, `end` in the given string, and `vector`.

        Raises:
            ValueError: If the backbone is for images, or has no such stage.
        """
        from kerastl.backbones.hub.word_packing import WordPacker
        from kerastl.tasks.embedding.word_vectors import word_vectors

        check_count("batch_size", batch_size)
        packer = self.backbone.packer
        if packer is None or self.sequence_length is None:
            raise ValueError(
                f"`word_embeddings` needs a backbone for texts. Received: {self.backbone!r}"
            )
        given: Any = self._as_split(texts).inputs
        return word_vectors(
            self._word_model(tuple(layers or (self.stage,))),
            WordPacker(packer),
            given,
            self.sequence_length,
            batch_size,
        )

    def index(
        self,
        inputs: Any,
        batch_size: int = 32,
        to: str | os.PathLike[str] | None = None,
        *,
        pixel_range: tuple[float, float] | None = None,
    ) -> VectorIndex:
        """Embed inputs and make them searchable by raw queries.

        Args:
            inputs: As for `embed`.
            batch_size: Inputs in a batch. Defaults to 32.
            to: As for `embed`.
            pixel_range: As for `embed`, for these images but not for queries.

        Returns:
            An index; `index.search("some text", k=5)`.
        """
        from kerastl.search.vector_index import VectorIndex

        split = self._as_split(inputs, pixel_range)
        vectors = self.embed(split, batch_size, to)
        known = [split.inputs[position] for position in range(len(split))]
        return VectorIndex(vectors, known, self.embed)

    def classifier(
        self,
        data: Dataset | Split,
        method: Method = "probe",
        *,
        batch_size: int = 32,
        seed: int = 0,
    ) -> EmbeddingClassifier:
        """Make a classifier from a few labelled examples; the backbone is not trained.

        Args:
            data: Labelled examples, or a data set whose training split is taken; one of each
                class is enough.
            method: `"nearest_mean"`, `"knn"` or `"probe"`; see `EmbeddingClassifier`.
                Defaults to `"probe"`.
            batch_size: Inputs in a batch. Defaults to 32.
            seed: Seed of the folds that choose the probe's penalty. Defaults to 0.

        Returns:
            The classifier, ready to evaluate and predict.
        """
        from kerastl.data.sources.labelled import as_dataset, read_classes
        from kerastl.tasks.embedding.classifier import EmbeddingClassifier

        check_count("batch_size", batch_size)
        check_seed(seed)
        train = as_dataset(data, read_classes).train
        declared = getattr(train.inputs, "pixel_range", None) or self.pixel_range

        def embed(inputs: Any, size: int) -> np.ndarray:
            return self.embed(self._as_split(inputs, trained_range=declared), size)

        return EmbeddingClassifier.fit(embed, train, method, batch_size=batch_size, seed=seed)

    def export(
        self,
        directory: str | os.PathLike[str],
        data: Dataset | Split | Sequence[Any],
        *,
        formats: Sequence[str] | None = None,
        quantize: str | Sequence[str] | None = None,
        max_drop: float | None = 0.05,
        min_similarity: float | None = 0.98,
        on_refused: OnRefused | None = None,
        check_server: bool = False,
        max_pixels: int | None = None,
        max_examples: int = 128,
        overwrite: bool = False,
    ) -> Bundle:
        """Export the model, each file compared with it by cosine similarity.

        Args:
            directory: The bundle's directory; moved into place whole.
            data: Inputs to compare on and to calibrate with, with or without labels: at most
                500 and 200 of them.
            formats: Among `"saved_model"` and `"tflite"`. Defaults to None: both.
            quantize: As for `Recipe.export`. Defaults to None: float32, float16 and dynamic.
            max_drop: Largest share of inputs whose nearest neighbour may become another. None
                keeps any file. Defaults to 0.05.
            min_similarity: Smallest mean cosine similarity with the model's vectors, or None.
                Defaults to 0.98.
            on_refused: As for `Recipe.export`. Defaults to None.
            check_server: As for `Recipe.export`. Defaults to False.
            max_pixels: As for `Recipe.export`. Defaults to None.
            max_examples: As for `Recipe.export`. Defaults to 128.
            overwrite: Whether an earlier bundle there may be replaced. Defaults to False.

        Returns:
            The bundle; `print` shows size, neighbours kept, similarity and latency of each file.
        """
        from kerastl.tasks.embedding.batches import model_inputs
        from kerastl.tasks.embedding.exporting import (
            export_embedding,
            exportable_embedding,
            exported_length,
            raw_reader,
        )

        split = self._as_split(data.train if hasattr(data, "train") else data)
        length = exported_length(split, self._texts, self.sequence_length)
        return export_embedding(
            exportable_embedding(
                self.model,
                raw_reader(split, self._texts, length, self.image_size, self.pixel_range),
                length,
            ),
            Path(directory),
            split,
            lambda chosen: model_inputs(chosen, self._texts, self.image_size, length),
            formats=formats,
            quantize=quantize,
            max_drop=max_drop,
            min_agreement=min_similarity,
            on_refused=on_refused,
            check_server=check_server,
            max_pixels=max_pixels,
            max_examples=max_examples,
            overwrite=overwrite,
        )

    def __repr__(self) -> str:
        return f"Embedding({self.backbone!r}, stage={self._stage!r}, pooling={self.pooling!r})"

    @cached_property
    def _features(self) -> keras.Model:
        if self.backbone.modality == "image":
            return self.backbone.build(self.image_size)
        return self.backbone.build()

    def _output(self, stage: str) -> Any:
        import keras

        # A stage with two outputs passes on one of an earlier stage; its own output is the last.
        return keras.tree.flatten(self._features.get_layer(stage).output)[-1]

    def _pooled(self, tensor: Any) -> Any:
        from kerastl.heads.pooling import pooled

        is_text = self.backbone.modality == "text"
        mask = self._features.input["padding_mask"] if is_text else None
        return pooled(tensor, self.pooling, mask)[0]

    def _word_model(self, layers: tuple[str, ...]) -> keras.Model:
        import keras

        if layers not in self._word_models:
            outputs = [self._output(name) for name in choose_feature_stages(layers, self.backbone)]
            mean = outputs[0] if len(outputs) == 1 else keras.layers.Average()(outputs)
            self._word_models[layers] = keras.Model(self._features.input, mean)
        return self._word_models[layers]

    @cached_property
    def _word_models(self) -> dict[tuple[str, ...], keras.Model]:
        return {}

    @cached_property
    def _texts(self) -> TextPacking | None:
        return TextPacking.of(self.backbone.packer, self.truncation)

    def _batches(self, split: Split, batch_size: int) -> Any:
        from kerastl.tasks.embedding.batches import batches_of

        length = self.sequence_length
        return batches_of(split, self._texts, self.image_size, length, batch_size)

    def _as_split(
        self,
        inputs: Any,
        pixel_range: tuple[float, float] | None = None,
        trained_range: tuple[float, float] | None = None,
    ) -> Split:
        from kerastl.data.splits.expected_split import as_split

        return as_split(
            inputs,
            self.backbone.modality,
            repr(self.backbone),
            pixel_range,
            trained_range or self.pixel_range,
        )


check_calls(Embedding)
