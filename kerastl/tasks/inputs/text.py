"""The base class of all recipes for texts: it tokenizes, truncates and pools them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.basics.arguments import check_count, check_optional
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.data.texts.packed_texts import PackedTexts
from kerastl.data.texts.trimming import fitting_length
from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates
from kerastl.recipe.choosing.sequence_lengths import sequence_length_candidates
from kerastl.recipe.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.backbones.backbone import Backbone
    from kerastl.backbones.hub.packing import TokenPacker
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.split import Modality, Split

_TOKENIZER = "tokenizer"
_MEASURED_TEXTS = 10_000


@inherited_arguments
class TextRecipe(Recipe):
    """Train on texts: the input half of a recipe. The recipe takes strings, the model token ids.

    Args:
        backbone: `"bert"` or another keras-hub family, a preset, a local preset directory or
            a `Backbone`; see `kerastl.backbone`.
        sequence_length: Tokens a text, special ones included; longer texts lose their end.
            Defaults to what holds 99 % of the training texts whole, rounded up to a multiple
            of 16, at most the backbone's own limit.

    Raises:
        ValueError: If the backbone is not for text, or the length exceeds its limit.
    """

    modality: ClassVar[Modality] = "text"
    targets_by_token: ClassVar[bool] = False
    """Whether targets have one value for each token, so that trimming cuts them as well."""

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        sequence_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        check_optional(check_count, "sequence_length", sequence_length)
        super().__init__(backbone, **kwargs)
        self.sequence_length = sequence_length
        self._length_given = sequence_length is not None

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
        """Whether no sequence length was given."""
        return not self._length_given

    def input_candidates(self, train: Split, max_pixels: int | None = None) -> InputCandidates:
        """Return sequence lengths; see `sequence_length_candidates`."""
        if max_pixels is not None:
            raise ValueError(
                "`max_pixels` bounds images, and these are texts: pass sequence_length to the "
                f"recipe instead. Received: max_pixels={max_pixels}"
            )
        length = self.length()
        if self._length_given or self.targets_by_token:
            candidate = InputCandidate(f"{length} tokens", {"sequence_length": length})
            return InputCandidates.only(candidate, self.input_reason or "as given")
        lengths = self._measured_texts(train, length + 1).lengths
        return sequence_length_candidates(
            length, lambda limit: float((np.asarray(lengths) <= limit).mean())
        )

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
        return {**super().get_config(), "sequence_length": self.sequence_length}

    def save_assets(self, directory: Path) -> None:
        """Write the tokenizer."""
        self.packer.save(directory / _TOKENIZER)

    def load_assets(self, directory: Path) -> None:
        """Read the tokenizer."""
        from kerastl.backbones.hub.packing import TokenPacker

        self.backbone.packer = TokenPacker.load(directory / _TOKENIZER)

    def input_arguments(self) -> dict[str, Any]:
        """Return the sequence length, None before it is chosen."""
        return {"sequence_length": self.sequence_length}

    def prepare(self, train: Split) -> None:
        """Choose the sequence length from the training texts, unless it was given.

        Raises:
            ValueError: If the length exceeds the backbone's limit.
        """
        limit = self.backbone.max_sequence_length
        assert limit is not None
        if self.sequence_length is None:
            self.sequence_length = self._fitting_length(train, limit)
            self.input_reason = "99 % of the training texts are read whole"
        if self.sequence_length > limit:
            raise ValueError(
                f"{self.backbone!r} reads at most {limit} tokens. "
                f"Received: sequence_length={self.sequence_length}"
            )

    def packed(self, texts: Sequence[str]) -> dict[str, Any]:
        """Return the model's inputs for texts, by name."""
        return self.packer(texts, self.length())

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

    def _fitting_length(self, train: Split, limit: int) -> int:
        return fitting_length(self._measured_texts(train, limit).lengths, limit)

    def _measured_texts(self, train: Split, limit: int) -> PackedTexts:
        from kerastl.data.splits.sampling import stratified_sample

        texts: Any = stratified_sample(train, _MEASURED_TEXTS).inputs
        return PackedTexts.of(texts, lambda some: self.packer(some, limit))

    def features(self) -> keras.Model:
        """Build the backbone."""
        return self.backbone.build()

    def pool(self, tensor: Any, features: keras.Model) -> Any:
        """Pool a sequence to one vector for each text; padding does not count."""
        from kerastl.heads.pooling import pooled

        return pooled(tensor, self.pooling, features.input["padding_mask"])

    def exportable(self) -> Exportable:
        """Return what artifacts are made from."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.text_reader import TextReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=TextReader(self.packer, self.length()),
            sequence_length=self.sequence_length,
            measure=self.measure(),
        )
