"""The ways of fine-tuning that are compared."""

from dataclasses import dataclass, field

import keras
import numpy as np
from shared_folder import minilm
from transfer.cases import Case

import kerastl as ktl


@dataclass(frozen=True)
class Plan:
    """A training after the linear probe.

    Attributes:
        start: Which stages train: `"second"`, from the second one on; `"middle"`, from the one in
            the middle on; `"last"`, the last two.
        factor: Factor on the backbone's learning rate. Defaults to 3.
        options: Further arguments of the phase. Defaults to none.
        augmentation: Augmentation of the recipe. Defaults to the case's own.
        contrastive: Whether pairs of texts are trained on, and a probe is fitted afterwards.
    """

    start: str = "second"
    factor: float = 3.0
    options: dict = field(default_factory=dict)
    augmentation: str | None = None
    contrastive: bool = False

    def recipe(self, case: Case) -> ktl.Recipe:
        """Make an untrained recipe."""
        if self.contrastive:
            own = None if self.start == "last" else case.recipe().backbone.feature_stages
            return ktl.FewShotTextClassification("bert", weights=minilm(), feature_stages=own)
        recipe = case.recipe()
        if self.augmentation is None:
            return recipe
        return ktl.ImageClassification(recipe.backbone, augmentation=self.augmentation)

    def phase(self, recipe: ktl.Recipe) -> ktl.Phase:
        """Return the phase after the probe."""
        names = recipe.backbone.stage_names
        first = {"second": 1, "middle": len(names) // 2, "last": len(names) - 2}[self.start]
        rate = self.factor * recipe.backbone.fine_tune_learning_rate
        return ktl.Phase(f"from:{names[first]}", learning_rate=rate, keep="last", **self.options)

    def train(
        self, recipe: ktl.Recipe, data: ktl.data.Dataset, seed: int
    ) -> tuple[list[np.ndarray], list[list[np.ndarray]]]:
        """Train a recipe; return the weights of the probe, and those after every epoch."""
        captured = _Weights()
        if self.contrastive:
            probe = ktl.Phase("head", linear_probe=True)
            recipe.fit(data, [probe], seed=seed, callbacks=[captured], verbose=0)
            recipe.fit(data, seed=seed, verbose=0)
            captured.weights.append(recipe.model.get_weights())
        else:
            phases = [ktl.Phase("head", linear_probe=True), self.phase(recipe)]
            recipe.fit(data, phases, seed=seed, callbacks=[captured], verbose=0)
        return captured.weights[0], captured.weights[1:]


class _Weights(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.weights: list[list[np.ndarray]] = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())


IMAGE_PLANS = {
    "second stage": Plan(options={"epochs": 6, "augment": True}),
    "middle stage": Plan("middle", options={"epochs": 6, "augment": True}),
    "middle stage, cached": Plan("middle", options={"epochs": 12}),
    "last stages, cached": Plan("last", options={"epochs": 12}),
    "middle stage, 4 views": Plan("middle", options={"epochs": 16, "augment": True, "views": 4}),
    "second stage, 15 epochs": Plan(options={"epochs": 15, "augment": True}),
    "second stage, mixup, 15 epochs": Plan(options={"epochs": 15, "augment": True, "mix": "mixup"}),
    "second stage, randaugment, 15 epochs": Plan(
        options={"epochs": 15, "augment": True}, augmentation="randaugment"
    ),
    "second stage, own statistics": Plan(
        options={"epochs": 6, "augment": True, "freeze_batch_norm": False}
    ),
}
TEXT_PLANS = {
    "second layer": Plan(factor=1, options={"epochs": 5}),
    "contrastive": Plan(contrastive=True),
    "contrastive, last layer": Plan("last", contrastive=True),
}


def plans_of(case: Case) -> dict[str, Plan]:
    """Return the plans for a case, by name."""
    return TEXT_PLANS if case.modality == "text" else IMAGE_PLANS
