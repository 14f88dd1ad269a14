"""Find named entities in texts: each word has a tag."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.backbones.default_names import TEXT_BACKBONE
from kerastl.basics.arguments import check_count
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.basics.progress import shows_progress
from kerastl.tasks.inputs.text import TextRecipe

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.artifacts.measure import Measure
    from kerastl.backbones.backbone import Backbone
    from kerastl.backbones.hub.word_packing import WordPacker
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.tasks.token_classification.evaluation import EntityEvaluation
    from kerastl.tasks.token_classification.prediction import Entity
    from kerastl.training.criterion import Criterion
    from kerastl.training.schedules.schedule import Schedule


@inherited_arguments
class TokenClassification(TextRecipe):
    """Fine-tune a pre-trained text backbone to find named entities in texts.

    The model returns a probability of each tag for every token; training and prediction use the
    first token of every word (Devlin et al. 2019, section 5.3). Punctuation marks are words of
    their own. The tags of a text are decoded to the most probable valid BIO sequence.

    Args:
        sequence_length: Tokens that the model reads at once. Training texts that are longer lose
            their end; `evaluate` and `predict` read them in overlapping parts. Defaults to what
            holds 99 % of the training texts whole, rounded up to a multiple of 16.
        dropout: Share of token features dropped in training. Defaults to 0.1, as in BERT.
        feature_stages: Names of the stages whose token features the head reads, side by side.
            Defaults to the last.

    Example:

    ```python
    data = kerastl.data.conll("train.conll", test_split=0.2)
    recipe = kerastl.TokenClassification()
    recipe.fit(data)
    recipe.evaluate(data.test).f1
    for entity in recipe.predict("Marie Curie moved to Paris.")[0]:
        print(entity.start, entity.end, entity.label, entity.score)
    ```
    """

    task: ClassVar[str] = "token_classification"
    # Every token keeps its own vector. Words after the end of a text's first part have no targets.
    without: ClassVar[tuple[str, ...]] = ("pooling", "truncation")
    targets_by_token: ClassVar[bool] = True
    predicts_whole_texts: ClassVar[bool] = True

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone = TEXT_BACKBONE,
        *,
        dropout: float = 0.1,
        feature_stages: str | Sequence[str] | None = "last",
        **kwargs: Any,
    ) -> None:
        self.check_options(backbone, kwargs)
        super().__init__(backbone, dropout=dropout, feature_stages=feature_stages, **kwargs)

    @property
    def criterion(self) -> Criterion:
        """Log-loss over words, and the F1 of whole entities."""
        from kerastl.tasks.token_classification.criterion import TokenClassificationCriterion

        return TokenClassificationCriterion(self.class_names)

    def default_schedule(self) -> Schedule:
        """Train head and backbone together; see `JointFineTune`."""
        from kerastl.training.schedules.joint_fine_tune import JointFineTune

        return JointFineTune()

    def check(self, data: Dataset) -> None:
        """Refuse data without tags, and validation texts without any entity."""
        from kerastl.data.splits.tagged_split import TaggedSplit

        for split in data.splits.values():
            if not isinstance(split, TaggedSplit):
                raise ValueError(
                    "Token classification needs texts with a tag for every word. Read them with "
                    "kerastl.data.conll, spans, or huggingface(tokens=...). "
                    f"Received: {split!r}"
                )
        assert data.validation is not None
        if not sum(data.validation.class_counts().values()):
            # A model that always predicts O would make no error.
            raise ValueError(
                "The validation split selects the best weights and must contain entities. Add "
                "texts with entities, or pass no validation split: then a fifth of the training "
                f"split is held out. Received: {data.validation!r} without an entity"
            )

    def targets(self, split: Split) -> np.ndarray:
        """Return the tag at the first token of each word, -1 elsewhere, shape `(texts, tokens)`.

        The tokenizer divides some words of the data, such as `U.S.`: the first part begins the
        entity, the others continue it.
        """
        from kerastl.data.assembly.tag_alignment import tags_at

        tagged = self._tagged(split)
        length, names = self.length(), self.class_names or split.class_names
        targets = np.full((len(split), length), -1, np.int32)
        for start in range(0, len(split), 256):
            rows = range(start, min(start + 256, len(split)))
            begins = np.asarray(self._words([tagged.inputs[i] for i in rows], length)["starts"])
            for row, places in zip(rows, begins, strict=True):
                known = places >= 0
                targets[row, known] = tags_at(places[known], tagged, row, names)
        return targets

    def read_pair(
        self,
        inputs: Any,
        labels: Any,
        class_names: Sequence[str] | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> Dataset:
        """Make a data set from texts and lists of entities, as `kerastl.data.spans` does."""
        from kerastl.data.sources.spans import spans

        return spans(inputs, labels)

    @shows_progress
    def evaluate(
        self, split: Split, *, batch_size: int = 32, verbose: Any = "auto"
    ) -> EntityEvaluation:
        """Measure the model on tagged texts, whole ones, however long they are.

        Args:
            split: Such as `data.test`. Types of entities are matched by name.
            batch_size: Parts of texts in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            Precision, recall and F1 of entities as `seqeval` defines them, also by type.

        Raises:
            ValueError: If the texts have no tags, or a type that the model does not know.
        """
        from kerastl.tasks.token_classification.evaluation import EntityEvaluation
        from kerastl.tasks.token_classification.tag_decoding import decode_tags

        tagged = self._tagged(self.labelled_split(split))
        found, probabilities = [], []
        for places, (units, scores) in zip(
            tagged.words, self._scores(tagged.inputs, batch_size), strict=True
        ):
            # The first part of a word that the tokenizer divides stands for the word.
            first = np.searchsorted(units[:, 0], places[:, 0])
            known = np.append(scores, np.zeros((1, len(self.class_names))), axis=0)
            decided = decode_tags(known[first], self.class_names)
            found.append([self.class_names[tag] for tag in decided])
            probabilities.append(np.exp(known[first][np.arange(len(decided)), decided]))
        true = [tagged.tags(i) for i in range(len(tagged))]
        measured = EntityEvaluation.from_tags(found, true, probabilities, tagged)
        return replace(measured, note=self.note_on(tagged))

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        verbose: Any = "auto",
    ) -> list[list[Entity]]:
        """Find the entities in texts, whole ones, however long they are.

        Args:
            inputs: A string, a list of strings or a split.
            batch_size: Parts of texts in a batch. Defaults to 32.
            pixel_range: Must be None: texts have no pixels.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            For each text its entities in order, with their places in that very string.

        Raises:
            ValueError: If an input is not a string.
        """
        from kerastl.tasks.token_classification.prediction import entities_in

        texts: Any = self.as_split(inputs, pixel_range).inputs
        return [
            entities_in(text, places, scores, self.class_names)
            for text, (places, scores) in zip(texts, self._scores(texts, batch_size), strict=True)
        ]

    def explained_names(self) -> tuple[str, ...]:
        """Return the entity types."""
        from kerastl.data.texts.bio import entity_types

        return entity_types(self.class_names)

    def explained_columns(self, target: str) -> list[int]:
        """Return the two tags of an entity type."""
        return [self.class_names.index(f"{prefix}-{target}") for prefix in "BI"]

    def explained_values(self, outputs: Any) -> Any:
        """Return the highest probability of each tag in a text, of shape `(texts, tags)`."""
        from keras import ops

        return ops.max(outputs, axis=1)

    def measure(self) -> Measure:
        """Compare artifacts by the F1 of entities and by equal tags."""
        from kerastl.tasks.token_classification.measure import TokenClassificationMeasure

        return TokenClassificationMeasure(self.class_names)

    def exportable(self) -> Exportable:
        """Return what artifacts are made from."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.word_reader import WordReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=WordReader(self._words, self.length()),
            sequence_length=self.sequence_length,
            measure=self.measure(),
        )

    @cached_property
    def _words(self) -> WordPacker:
        from kerastl.backbones.hub.word_packing import WordPacker

        return WordPacker(self.packer)

    def packed(self, texts: Sequence[str]) -> dict[str, Any]:
        """Return the model's inputs for texts, with the places where words start."""
        return self._words(texts, self.length())

    def batched_targets(self, split: Split) -> np.ndarray | None:
        """Return the tags by token; None for a split without tags."""
        return None if split.labels is None else self.targets(split)

    def _tagged(self, split: Split) -> Any:
        from kerastl.data.splits.tagged_split import TaggedSplit

        self.check_modality(split)
        if not isinstance(split, TaggedSplit):
            raise ValueError(
                f"Evaluation needs texts with a tag for every word. Received: {split!r}"
            )
        return split

    def _scores(self, texts: Sequence[str], batch_size: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return places of each text's words and log-probabilities of their tags.

        All tags are equally probable for a word that the model does not see.
        """
        from kerastl.tasks.token_classification.window_scores import window_scores

        check_count("batch_size", batch_size)
        return window_scores(self.model, self._words, texts, self.length(), batch_size)

    def pool(self, tensor: Any, features: keras.Model) -> list[Any]:
        """Return the tensor unchanged: every token keeps its own vector."""
        return [tensor]

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.tasks.classification.head  # noqa: F401

        super().import_layers()

    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head for every token: dropout, a dense layer, softmax."""
        from kerastl.tasks.classification.head import ClassificationHead

        return ClassificationHead(len(class_names), dropout=self.dropout, name="head")
