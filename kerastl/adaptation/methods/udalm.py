"""The adaptation method `"udalm"`: masked language modelling on the target."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_number
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment
    from kerastl.backbones.backbone import Backbone


@dataclass(frozen=True)
class UDALM(AdaptationMethod):
    """Learn the task on the source and masked language modelling on the target.

    Karouzos et al. 2021, "UDALM: Unsupervised Domain Adaptation through Language Modeling". The
    loss is the task loss on the source plus the masked language model loss on the target, as in
    Devlin et al. 2019: 15 % of the words are chosen; 80 % of these are masked, 10 % are replaced
    at random and 10 % are unchanged. Words are predicted with the backbone's own embeddings and a
    transformation that starts from random weights.

    All stages train, and a step costs about twice as much as in plain fine-tuning. The method
    needs a text backbone with a mask token.

    Args:
        strength: Weight of the language model loss, at least 0. Defaults to 1: equal weights, as
            in the paper for equally many source and target examples.
        masked_share: Share of the words to predict, above 0 and below 1. Defaults to 0.15.
        epochs: Epochs over the source if no schedule is given, at least 1. Defaults to 3.
        mask_token: Id of the mask token. Defaults to None: that of the backbone's tokenizer.

    Raises:
        ValueError: If a number is out of its range.

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
        check_number("strength", self.strength, "[0, inf)")
        check_number("masked_share", self.masked_share, "(0, 1)")
        check_count("epochs", self.epochs)
        if self.mask_token is not None:
            check_count("mask_token", self.mask_token, at_least=0)

    def phases(self) -> list[Phase]:
        """Return one phase that trains all stages."""
        return [Phase("all", epochs=self.epochs, keep="last")]

    def for_backbone(self, backbone: Backbone) -> UDALM:
        """Return the method with the mask token of the backbone's tokenizer."""
        if self.mask_token is not None:
            return self
        packer = backbone.packer if backbone.modality == "text" else None
        token = getattr(getattr(packer, "tokenizer", None), "mask_token_id", None)
        if token is None:
            raise ValueError(
                "UDALM predicts masked words: use a text backbone whose tokenizer has a mask "
                f"token, such as 'bert'. Received: {backbone!r}"
            )
        return replace(self, mask_token=int(token))

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the masked language model loss."""
        from kerastl.adaptation.losses.masked_words import MaskedWords

        if self.mask_token is None:
            raise ValueError(
                "UDALM works with text recipes only, through `recipe.fit(..., adapt_to=...)`. "
                f"Received: {self!r}"
            )
        return MaskedWords(self.strength, self.masked_share, self.mask_token)
