"""Classify texts from a few examples of each class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.backbones.default_names import TEXT_BACKBONE
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.data.splits.every_class import check_every_class
from kerastl.tasks.classification.text import TextClassification
from kerastl.tasks.few_shot.contrastive_fine_tune import ContrastiveFineTune

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.dataset import Dataset


@inherited_arguments
class FewShotTextClassification(TextClassification):
    """Tune a sentence encoder on pairs of a few labelled texts, then fit a linear probe.

    After SetFit (Tunstall et al. 2022): a handful of examples makes many pairs, and an encoder
    that brings pairs of one class together needs no more than a linear head. The loss is the
    supervised contrastive one (Khosla et al. 2020). For 1 to about 50 examples a class; with
    hundreds, `TextClassification` tunes on the labels themselves.

    `fit(data)` trains on every example of the training split: nothing is held out, and a
    validation split only measures. With any other `schedule` it trains as
    `TextClassification` does.

    Args:
        backbone: A sentence encoder; see `TextClassification`. Defaults to `"minilm"`.
        feature_stages: Names of the stages whose pooled features are compared and classified.
            Defaults to the last, which sentence encoders are trained for.
        epochs: How often each example is encoded, at most. Defaults to 40.
        max_steps: The largest number of batches of 32. Defaults to 200.
        learning_rate: Peak learning rate of tuning. Defaults to the backbone's own.
        **kwargs: As for `TextClassification`.

    Raises:
        ValueError: If the backbone is not for text, or a value is out of range.

    Example:

    ```python
    few = kerastl.data.arrays(texts, labels)  # 8 examples of each class
    recipe = kerastl.FewShotTextClassification()
    recipe.fit(few)
    recipe.predict("Never once bored.")[0].label
    ```
    """

    task: ClassVar[str] = "few_shot_text_classification"

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone = TEXT_BACKBONE,
        *,
        feature_stages: str | Sequence[str] | None = "last",
        epochs: int = 40,
        max_steps: int = 200,
        learning_rate: float | None = None,
        **kwargs: Any,
    ) -> None:
        ContrastiveFineTune(epochs, max_steps, learning_rate)  # checks the numbers
        super().__init__(backbone, feature_stages=feature_stages, **kwargs)
        self.epochs = epochs
        self.max_steps = max_steps
        self.learning_rate = learning_rate

    def default_schedule(self) -> ContrastiveFineTune:
        """Return contrastive tuning followed by a linear probe."""
        return ContrastiveFineTune(self.epochs, self.max_steps, self.learning_rate)

    def check(self, data: Dataset) -> None:
        """Refuse training examples that lack a class; a validation split is optional."""
        check_every_class(data.train)
        if data.validation is not None:
            super().check(data)

    def get_config(self) -> dict[str, Any]:
        """Return what makes this recipe again, weights left out."""
        return {
            **super().get_config(),
            "epochs": self.epochs,
            "max_steps": self.max_steps,
            "learning_rate": self.learning_rate,
        }
