"""What every recipe for texts does, whatever its outputs: tokenize, cut, pool."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.data.texts.packed_texts import PackedTexts
from kerastl.data.texts.trimming import fitting_length
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


class TextRecipe(Recipe):
    """Take texts: the inputs of a recipe. The model takes token ids, the recipe strings.

    Args:
        backbone: For text; see `Recipe`.
        sequence_length: Tokens a text, special ones included; longer texts lose their end.
            Defaults to what holds 99 % of the training texts whole, rounded up to a multiple
            of 16, at most the backbone's own limit.
        **kwargs: As for `Recipe`.

    Raises:
        ValueError: If the backbone is not for text, or the length exceeds its limit.
    """

    modality: ClassVar[Modality] = "text"
    _targets_by_token: ClassVar[bool] = False

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        sequence_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone, **kwargs)
        self.sequence_length = sequence_length
        self._why_this_length = "as told"

    @property
    def packer(self) -> TokenPacker:
        """What turns strings into the model's inputs."""
        packer = self.backbone.packer
        assert packer is not None
        return packer

    @property
    def input_size(self) -> str:
        """How many tokens the model sees of a text, and why that many."""
        return f"texts of up to {self._length()} tokens: {self._why_this_length}"

    def batches(
        self,
        split: Split,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: bool = False,
        seed: int | EpochSampler = 0,
    ) -> Any:
        """Return a split as batches of token ids; see `Recipe.batches`.

        Texts never augment. Shuffled batches, which training takes, end where their longest
        text does.
        """
        import keras

        # On JAX every new shape is compiled anew, which costs more than padding does.
        trims = shuffle and keras.backend.backend() != "jax"
        texts: Any = split.inputs
        return PackedTexts.of(texts, self._pack).stream(
            self._batched_targets(split),
            batch_size,
            shuffle=shuffle,
            seed=seed,
            trims=trims,
            by_token=self._targets_by_token,
        )

    def get_config(self) -> dict[str, Any]:
        """Return what makes this recipe again, weights left out."""
        return {**super().get_config(), "sequence_length": self.sequence_length}

    def save_assets(self, directory: Path) -> None:
        """Write the tokenizer."""
        self.packer.save(directory / _TOKENIZER)

    def load_assets(self, directory: Path) -> None:
        """Read the tokenizer."""
        from kerastl.backbones.hub.packing import TokenPacker

        self.backbone.packer = TokenPacker.load(directory / _TOKENIZER)

    def prepare(self, train: Split) -> None:
        limit = self.backbone.max_sequence_length
        assert limit is not None
        if self.sequence_length is None:
            self.sequence_length = self._fitting_length(train, limit)
            self._why_this_length = "99 % of the training texts are whole"
        if self.sequence_length > limit:
            raise ValueError(
                f"{self.backbone!r} reads at most {limit} tokens. "
                f"Received: sequence_length={self.sequence_length}"
            )

    def _pack(self, texts: Sequence[str]) -> dict[str, Any]:
        """Return what the model reads of texts."""
        return self.packer(texts, self._length())

    def _batched_targets(self, split: Split) -> np.ndarray | None:
        """Return what batches give beside the texts, if anything."""
        return split.labels

    def _length(self) -> int:
        if self.sequence_length is None:
            raise RuntimeError(
                "The sequence length is chosen from training texts: call fit(), or pass "
                f"sequence_length. Received: {self!r}"
            )
        return self.sequence_length

    def _fitting_length(self, train: Split, limit: int) -> int:
        from kerastl.data.splits.sampling import stratified_sample

        texts: Any = stratified_sample(train, _MEASURED_TEXTS).inputs
        packed = PackedTexts.of(texts, lambda some: self.packer(some, limit))
        return fitting_length(packed.lengths, limit)

    def features(self) -> keras.Model:
        return self.backbone.build()

    def pool(self, tensor: Any, features: keras.Model) -> Any:
        from kerastl.heads.pooling import pooled

        return pooled(tensor, self.pooling, features.input["padding_mask"])

    def exportable(self) -> Exportable:
        """Return what artifacts are made of."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.text_reader import TextReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=TextReader(self.packer, self._length()),
            sequence_length=self.sequence_length,
            measure=self.measure(),
        )
