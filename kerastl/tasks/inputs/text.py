"""The base class of all recipes for texts: it tokenizes, truncates and pools them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.backbones.default_names import TEXT_BACKBONE
from kerastl.backbones.hub.truncation import TRUNCATIONS
from kerastl.basics.arguments import check_choice, check_count, check_optional
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.basics.utf8 import check_utf8
from kerastl.data.texts.packed_texts import PackedTexts
from kerastl.data.texts.trimming import fitting_length
from kerastl.recipe.choosing.alternatives import read_with
from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates
from kerastl.recipe.choosing.sequence_lengths import sequence_length_candidates
from kerastl.recipe.choosing.truncations import truncation_alternatives
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.inputs.cut_texts_log import CutTextsLog, cut_texts_line
from kerastl.tasks.inputs.explained import ExplainedOutputs, one_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.backbones.backbone import Backbone
    from kerastl.backbones.hub.packing import TokenPacker
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.split import Modality, Split
    from kerastl.seeing.explaining.text_explanation import TextExplanation

_TOKENIZER = "tokenizer"
_MEASURED_TEXTS = 10_000


@inherited_arguments
class TextRecipe(ExplainedOutputs, Recipe):
    """Train on texts: the input half of a recipe. The recipe takes strings, the model token ids.

    Args:
        backbone: `"bert"` or another keras-hub family, a preset, a local preset directory or
            a `Backbone`; see `kerastl.backbone`. Defaults to `"minilm"`, a small encoder.
        sequence_length: Tokens a text, special ones included; see `truncation` for longer texts.
            Defaults to what holds 99 % of the training texts whole, rounded up to a multiple
            of 16, at most the backbone's own limit.
        truncation: Which tokens of a longer text are read: `"head"`, the first; `"tail"`, the
            last; `"head_tail"`, the first quarter and the last three quarters (Sun et al. 2019).
            Defaults to None: chosen by cross-validation if more than 5 % of the training texts
            are longer and the schedule chooses inputs; otherwise `"head"`.

    Raises:
        ValueError: If the backbone is not for text, or the length exceeds its limit.
    """

    modality: ClassVar[Modality] = "text"
    targets_by_token: ClassVar[bool] = False
    """Whether targets have one value for each token, so that trimming cuts them as well."""
    predicts_whole_texts: ClassVar[bool] = False
    """Whether `evaluate` and `predict` read texts of any length, in overlapping windows."""

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone = TEXT_BACKBONE,
        *,
        sequence_length: int | None = None,
        truncation: str | None = None,
        **kwargs: Any,
    ) -> None:
        check_optional(check_count, "sequence_length", sequence_length)
        check_optional(check_choice, "truncation", truncation, TRUNCATIONS)
        super().__init__(backbone, **kwargs)
        self.sequence_length = sequence_length
        self.truncation = truncation
        self._log_cut_texts = CutTextsLog()
        self._length_given = sequence_length is not None
        self._truncation_given = truncation is not None

    @property
    def packer(self) -> TokenPacker:
        """The tokenizer with its packing: strings to the model's inputs."""
        packer = self.backbone.packer
        assert packer is not None
        return packer

    @property
    def input_size(self) -> str:
        """Number of tokens that the model reads, and the reason for it, as one line."""
        why = self.input_reason or "as given"
        return f"texts of up to {self.length()} tokens: {why}"

    @property
    def chooses_input(self) -> bool:
        """Whether no sequence length or no truncation was given."""
        may_truncate = "truncation" not in self.without
        return not self._length_given or (may_truncate and not self._truncation_given)

    def input_candidates(self, train: Split, max_pixels: int | None = None) -> InputCandidates:
        """Return sequence lengths and truncations.

        See `sequence_length_candidates` and `truncation_alternatives`.
        """
        if max_pixels is not None:
            raise ValueError(
                "`max_pixels` bounds images, and these are texts: pass sequence_length to the "
                f"recipe instead. Received: max_pixels={max_pixels}"
            )
        length, lengths = self.length(), self._measured_lengths(train)
        if self._length_given or self.targets_by_token:
            candidate = InputCandidate(f"{length} tokens", {"sequence_length": length})
            found = InputCandidates.only(candidate, self.input_reason or "as given")
        else:
            found = sequence_length_candidates(
                length, lambda limit: float((lengths <= limit).mean())
            )
        if self._truncation_given or "truncation" in self.without:
            return found
        alternatives = truncation_alternatives(float((lengths > length).mean()))
        if not alternatives:
            return found
        return replace(read_with(found, alternatives[0]), alternatives=alternatives)

    def batches(
        self,
        split: Split,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: bool = False,
        seed: int | EpochSampler = 0,
    ) -> Any:
        """Return a split as batches of token ids; see `RecipeContract.batches`.

        Texts are not augmented. Shuffled batches, which training takes, are as long as their
        longest text.
        """
        import keras

        # JAX compiles every new shape, which costs more than padding.
        trims = shuffle and keras.backend.backend() != "jax"
        texts: Any = split.inputs
        return PackedTexts.of(texts, self.packed).stream(
            self.batched_targets(split),
            batch_size,
            shuffle=shuffle,
            seed=seed,
            trims=trims,
            by_token=self.targets_by_token,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this recipe again, without weights."""
        own = {"sequence_length": self.sequence_length, "truncation": self.truncation}
        config = {**super().get_config(), **own}
        return {name: value for name, value in config.items() if name not in self.without}

    def save_assets(self, directory: Path) -> None:
        """Write the tokenizer."""
        self.packer.save(directory / _TOKENIZER)

    def load_assets(self, directory: Path) -> None:
        """Read the tokenizer."""
        from kerastl.backbones.hub.packing import TokenPacker

        self.backbone.packer = TokenPacker.load(directory / _TOKENIZER)

    def input_arguments(self) -> dict[str, Any]:
        """Return sequence length, None before it is chosen, and truncation."""
        return {"sequence_length": self.sequence_length, "truncation": self.chosen_truncation}

    def prepare(self, train: Split) -> None:
        """Choose the sequence length from the training texts, and note how many are longer.

        Raises:
            ValueError: If the length exceeds the backbone's limit.
        """
        limit = self.backbone.max_sequence_length
        assert limit is not None
        if (self.sequence_length or 0) > limit:
            raise ValueError(
                f"{self.backbone!r} reads at most {limit} tokens. "
                f"Received: sequence_length={self.sequence_length}"
            )
        lengths = self._measured_lengths(train)
        if self.sequence_length is None:
            self.sequence_length = fitting_length(lengths, limit)
            self.input_reason = "99 % of the training texts are read whole"
        self.truncation = self.chosen_truncation
        sampled = "sampled " if len(lengths) < len(train) else ""
        line = cut_texts_line(
            self.packer, lengths, self.length(), self.truncation, f"{sampled}training texts"
        )
        if line and self.predicts_whole_texts:
            line += "; `evaluate` and `predict` read whole texts in overlapping windows"
        self.notes = (line,) if line else ()

    @property
    def chosen_truncation(self) -> str:
        """The truncation of long texts; `"head"` before another is chosen."""
        return self.truncation or "head"

    def as_split(self, inputs: Any, pixel_range: tuple[float, float] | None = None) -> Split:
        """Return raw texts as a split, and log once how many do not fit into the model's input."""
        split = super().as_split(inputs, pixel_range)
        self._report_cut_texts(split)
        return split

    def labelled_split(self, data: Any) -> Split:
        """Return labelled texts as a split, and log once how many do not fit."""
        split = super().labelled_split(data)
        self._report_cut_texts(split)
        return split

    def packed(self, texts: Sequence[str]) -> dict[str, Any]:
        """Return the model's inputs for texts, by name."""
        return self.packer(texts, self.length(), self.chosen_truncation)

    def batched_targets(self, split: Split) -> np.ndarray | None:
        """Return the targets that batches contain; None for a split without labels."""
        return split.labels

    def length(self) -> int:
        """Return the sequence length.

        Raises:
            RuntimeError: If it is not chosen yet.
        """
        if self.sequence_length is None:
            raise RuntimeError(
                "The sequence length is chosen from training texts: call fit(), or pass "
                f"sequence_length. Received: {self!r}"
            )
        return self.sequence_length

    def _measured_lengths(self, train: Split) -> np.ndarray:
        """Return the number of tokens of texts, of a sample of them if there are many."""
        from kerastl.data.splits.sampling import stratified_sample

        texts: Any = stratified_sample(train, _MEASURED_TEXTS).inputs
        # Sources check their texts. A user may also make a split by hand.
        check_utf8(texts, "text {}".format)
        return self.packer.lengths(texts)

    def features(self) -> keras.Model:
        """Build the backbone."""
        return self.backbone.build()

    def pool(self, tensor: Any, features: keras.Model) -> list[Any]:
        """Pool a sequence to one vector for each text; padding does not count."""
        from kerastl.heads.pooling import pooled

        return pooled(tensor, self.pooling, features.input["padding_mask"])

    def explain(
        self, text: Any, *, target: str | None = None, batch_size: int = 32, most_words: int = 128
    ) -> TextExplanation:
        """Show which words of a text a prediction depends on.

        Each word is left out once, and the change of the score is its weight (occlusion, Zeiler and
        Fergus 2014). It takes as many predictions as there are words.

        Args:
            text: One text.
            target: The class, label, number or entity type that is explained. Defaults to None: the
                most probable one, or the first number.
            batch_size: Texts in a batch. Defaults to 32.
            most_words: A text with more words is divided into this many groups of adjacent words,
                which are left out together. Defaults to 128.

        Returns:
            The weight of each word; see its `plot` and `top`. A notebook shows it.

        Raises:
            RuntimeError: If the recipe was never fitted.
            ValueError: If the input is not one string with a word, or there is no such target.

        Example:

        ```python
        print(recipe.explain("Not once was I bored."))
        ```
        """
        split = one_input(self.as_split(text))
        found = self.explanations(
            split, target=target, batch_size=batch_size, most_words=most_words
        )[0]
        if found is None:
            raise ValueError(f"A text to explain needs a word. Received: {split.inputs[0]!r}")
        return found

    def explanations(
        self,
        split: Split,
        *,
        target: str | None = None,
        batch_size: int = 32,
        most_words: int = 128,
    ) -> list[TextExplanation | None]:
        """Return what `explain` does for several texts, whose shortened copies share batches.

        Args:
            split: A few texts without labels.
            target: As for `explain`. Defaults to None: the most probable class of each text.
            batch_size: Texts in a batch. Defaults to 32.
            most_words: As for `explain`. Defaults to 128.

        Returns:
            The weight of each word for each text; None for a text without a word.

        Raises:
            ValueError: If there is no such target.
        """
        from kerastl.data.splits.split import Split
        from kerastl.data.texts.words import word_places
        from kerastl.seeing.explaining.text_explanation import (
            TextExplanation,
            without_words,
            word_groups,
        )

        check_count("most_words", most_words)
        inputs: Any = split.inputs
        texts = [str(text) for text in inputs]
        outputs = self.outputs(split, batch_size)
        words = [word_groups(places, most_words) for places in word_places(texts)]
        shorter = [
            without_words(text, places, [index])
            for text, places in zip(texts, words, strict=True)
            for index in range(len(places))
        ]
        if shorter:
            changed = self.outputs(Split("text", shorter, None, ()), batch_size)
        found: list[TextExplanation | None] = []
        reached = 0
        for index, (text, places) in enumerate(zip(texts, words, strict=True)):
            if not len(places):
                found.append(None)
                continue
            row = outputs[index : index + 1]
            named = self.explained_target(row, target)
            others = changed[reached : reached + len(places)]
            reached += len(places)
            weights = self._explained_scores(row, named) - self._explained_scores(others, named)
            score = self.explained_value(row, named)
            found.append(TextExplanation(text, named, score, places, weights))
        return found

    def _explained_scores(self, outputs: np.ndarray, target: str) -> np.ndarray:
        import keras

        scores = keras.ops.convert_to_numpy(self.explained_score(outputs, target))
        return np.asarray(scores, "float64")

    def exportable(self) -> Exportable:
        """Return what artifacts are made from."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.text_reader import TextReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=TextReader(self.packer, self.length(), self.chosen_truncation),
            sequence_length=self.sequence_length,
            measure=self.measure(),
        )

    def _report_cut_texts(self, split: Split) -> None:
        if not self.predicts_whole_texts:
            texts: Any = split.inputs
            self._log_cut_texts(self.packer, texts, self.length(), self.chosen_truncation)
