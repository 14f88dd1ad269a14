"""Vectors of texts, words and images from a pre-trained backbone, without training."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.backbone import POOLINGS
from kerastl.backbones.checked_options import check_options
from kerastl.backbones.feature_stages import choose_feature_stages
from kerastl.backbones.registry import backbone as find_backbone
from kerastl.basics.arguments import check_choice, check_count, check_seed
from kerastl.basics.keyword_options import keyword_options
from kerastl.basics.known_options import check_calls
from kerastl.tasks.embedding.settings import check_settings

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.artifacts.exportable import Exportable
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
        sequence_length: Tokens a text, special ones included; longer texts lose their end.
            Defaults to the backbone's limit.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own.
        **options: `weights` and options of the backbone's builder; see `kerastl.backbone`.

    Raises:
        ValueError: If a stage, a pooling or an option is not known, or the length exceeds the
            backbone's limit.

    Example:

    ```python
    embedding = kerastl.Embedding("bert", weights="directory/of/a/preset")
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
        image_size: tuple[int, int] | None = None,
        **options: Any,
    ) -> None:
        check_options(type(self).__name__, keyword_options(type(self)), backbone, options)
        check_settings(stage, normalize, sequence_length)
        self.backbone = find_backbone(backbone, **options)
        self._stage, self.pooling = stage, pooling or self.backbone.pooling
        check_choice("pooling", self.pooling, POOLINGS[self.backbone.modality])
        self.normalize = normalize
        limit = self.backbone.max_sequence_length
        if limit is not None and (sequence_length or 0) > limit:
            raise ValueError(
                f"{self.backbone!r} reads at most {limit} tokens. "
                f"Received: sequence_length={sequence_length}"
            )
        self.sequence_length = sequence_length or limit
        self.image_size = image_size or self.backbone.image_size

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
            recipe.pooling,
            normalize,
            **recipe.input_arguments(),
        )
        made._features = recipe.model
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
    ) -> np.ndarray:
        """Embed whole texts or images.

        Args:
            inputs: One raw input or a list of them: for images paths, file bytes, PIL images
                or arrays of pixels in 0..255; for texts strings. Or a split.
            batch_size: Inputs in a batch. Defaults to 32.
            to: A `.npy` file that vectors are written to batch by batch, for more than fits
                into memory; it appears when it is whole. Defaults to None: memory.

        Returns:
            One vector for each input, float32 of shape `(inputs, width)`; memory-mapped with `to`.

        Raises:
            ValueError: If an input cannot be read.
        """
        from kerastl.data.splits.unreadable import naming_unreadable
        from kerastl.tasks.embedding.batches import collect

        check_count("batch_size", batch_size)
        split = self._as_split(inputs)
        width = self.model.output_shape[-1]
        answers = (
            (rows, np.asarray(self.model.predict_on_batch(batch)))
            for rows, batch in self._batches(split, batch_size)
        )
        with naming_unreadable(split):
            return collect(answers, (len(split), width), to)

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
        given = [texts] if isinstance(texts, str) else list(texts)
        return word_vectors(
            self._word_model(tuple(layers or (self.stage,))),
            WordPacker(packer),
            given,
            self.sequence_length,
            batch_size,
        )

    def index(
        self, inputs: Any, batch_size: int = 32, to: str | os.PathLike[str] | None = None
    ) -> VectorIndex:
        """Embed inputs and make them searchable by raw queries.

        Args:
            inputs: As for `embed`.
            batch_size: Inputs in a batch. Defaults to 32.
            to: As for `embed`.

        Returns:
            An index; `index.search("some text", k=5)`.
        """
        from kerastl.search.vector_index import VectorIndex

        split = self._as_split(inputs)
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
        from kerastl.tasks.embedding.classifier import EmbeddingClassifier

        check_count("batch_size", batch_size)
        check_seed(seed)
        train = data.train if hasattr(data, "train") else data
        return EmbeddingClassifier.fit(
            lambda inputs, size: self.embed(inputs, size),
            train,
            method,
            batch_size=batch_size,
            seed=seed,
        )

    def export(
        self,
        directory: str | os.PathLike[str],
        data: Dataset | Split | Sequence[Any],
        *,
        formats: Sequence[str] = ("saved_model", "tflite"),
        quantize: str | Sequence[str] = ("float32", "float16", "dynamic"),
        max_drop: float | None = 0.05,
        min_similarity: float | None = 0.98,
        check_server: bool = False,
        overwrite: bool = False,
    ) -> Bundle:
        """Export the model, each file compared with it by cosine similarity.

        Args:
            directory: The bundle's directory; moved into place whole.
            data: Inputs to compare on and to calibrate with, with or without labels: at most
                500 and 200 of them.
            formats: Among `"saved_model"` and `"tflite"`. Defaults to both.
            quantize: As for `Recipe.export`. Defaults to float32, float16 and dynamic.
            max_drop: Largest share of inputs whose nearest neighbour may become another. None
                keeps any file. Defaults to 0.05.
            min_similarity: Smallest mean cosine similarity with the model's vectors, or None.
                Defaults to 0.98.
            check_server: As for `Recipe.export`. Defaults to False.
            overwrite: Whether an earlier bundle there may be replaced. Defaults to False.

        Returns:
            The bundle; `print` shows size, neighbours kept, similarity and latency of each file.
        """
        from kerastl.tasks.embedding.exporting import export_embedding

        split = self._as_split(data.train if hasattr(data, "train") else data)
        length = self._exported_length(split)
        return export_embedding(
            self._exportable(length),
            Path(directory),
            split,
            lambda chosen: self._model_inputs(chosen, length),
            formats=formats,
            quantize=quantize,
            max_drop=max_drop,
            min_agreement=min_similarity,
            check_server=check_server,
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
        return pooled(tensor, self.pooling, mask)

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

    def _batches(self, split: Split, batch_size: int) -> Any:
        from kerastl.tasks.embedding.batches import image_batches, text_batches

        if not len(split):
            return iter(())
        if split.modality == "image":
            assert self.image_size is not None
            return image_batches(split, self.image_size, batch_size)
        assert self.backbone.packer is not None
        assert self.sequence_length is not None
        return text_batches(split, self.backbone.packer, self.sequence_length, batch_size)

    def _exportable(self, length: int | None) -> Exportable:
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.image_reader import ImageReader
        from kerastl.artifacts.readers.text_reader import TextReader
        from kerastl.tasks.embedding.measure import VectorMeasure

        reader: Any
        if length is None:
            assert self.image_size is not None
            reader = ImageReader(self.image_size)
        else:
            assert self.backbone.packer is not None
            reader = TextReader(self.backbone.packer, length)
        return Exportable(
            task="embedding",
            model=self.model,
            class_names=(),
            reader=reader,
            sequence_length=length,
            measure=VectorMeasure(),
        )

    def _exported_length(self, split: Split) -> int | None:
        """Return the length that holds 99 % of the texts whole: files have a fixed length."""
        from kerastl.data.texts.trimming import fitting_length

        if split.modality == "image":
            return None
        limit, packer = self.sequence_length, self.backbone.packer
        assert limit is not None
        assert packer is not None
        lengths = np.asarray(packer(split.encoded(), limit)["padding_mask"]).sum(axis=1)
        return fitting_length(lengths, limit)

    def _model_inputs(self, split: Split, length: int | None) -> Iterator[Any]:
        if length is None:
            for _, pixels in self._batches(split, 32):
                yield pixels
            return
        assert self.backbone.packer is not None
        packed = self.backbone.packer(split.encoded(), length)
        yield {name: np.asarray(values) for name, values in packed.items()}

    def _as_split(self, inputs: Any) -> Split:
        from kerastl.data.splits.expected_split import as_split

        return as_split(inputs, self.backbone.modality, repr(self.backbone))


check_calls(Embedding)
