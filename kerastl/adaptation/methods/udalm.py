"""Training on the target's language beside the task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment
    from kerastl.backbones.backbone import Backbone


@dataclass(frozen=True)
class UDALM(AdaptationMethod):
    """Fill in masked words of the target while the task is learned from the source.

    Karouzos et al. 2021, "UDALM: Unsupervised Domain Adaptation through Language Modeling". The
    loss is the task's on the source plus that of a masked language model on the target, as in
    Devlin et al. 2019: 15 % of the words are chosen, of which 80 % are masked, 10 % replaced at
    random and 10 % left. The prediction of words uses the backbone's own embeddings and a
    transformation that starts from random weights.

    Every stage trains: a step costs about twice that of plain fine-tuning. Only for text
    backbones with a mask token.

    Args:
        strength: Weight of the language model's loss. Defaults to 1: both count alike, as in the
            paper where there are as many target examples as source examples.
        masked_share: Part of the words that are to be predicted. Defaults to 0.15.
        epochs: Passes over the source where no schedule is given. Defaults to 3.
        mask_token: Id of the mask token. Defaults to the backbone's own.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation=UDALM(strength=0.5))
    ```
    """

    strength: float = 1.0
    masked_share: float = 0.15
    epochs: int = 3
    mask_token: int | None = None

    def __post_init__(self) -> None:
        self._check("strength", self.strength >= 0, "is at least 0")
        self._check("masked_share", 0 < self.masked_share < 1, "is above 0 and below 1")
        self._check("epochs", self.epochs >= 1, "is at least 1")

    def phases(self) -> list[Phase]:
        """Return one phase that trains every stage."""
        return [Phase("all", epochs=self.epochs, keep="last")]

    def for_backbone(self, backbone: Backbone) -> UDALM:
        """Return the method with the mask token of a backbone's tokenizer."""
        if self.mask_token is not None:
            return self
        packer = backbone.packer if backbone.modality == "text" else None
        token = getattr(getattr(packer, "tokenizer", None), "mask_token_id", None)
        if token is None:
            raise ValueError(
                "UDALM fills in masked words: it needs a text backbone whose tokenizer has a mask "
                f"token, such as BERT's. Received: {backbone!r}"
            )
        return replace(self, mask_token=int(token))

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the masked language model."""
        from kerastl.adaptation.losses.masked_words import MaskedWords

        if self.mask_token is None:
            raise ValueError(
                "UDALM needs a text recipe, whose backbone has word embeddings and a mask: use "
                f"`recipe.fit(..., adapt_to=)`. Received: {self!r}"
            )
        return MaskedWords(self.strength, self.masked_share, self.mask_token)
