"""Classify texts from a few examples of each class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.data.splits.every_class import check_every_class
from kerastl.tasks.classification.text import TextClassification

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.dataset import Dataset
    from kerastl.training.phases.history import PhasedHistory
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


@inherited_arguments
class FewShotTextClassification(TextClassification):
    """Tune a sentence encoder on pairs of a few labelled texts, then solve the head.

    After SetFit (Tunstall et al. 2022): a handful of examples makes many pairs, and an encoder
    that brings pairs of one class together needs no more than a linear head. The loss is the
    supervised contrastive one (Khosla et al. 2020). For 1 to about 50 examples a class; with
    hundreds, `TextClassification` tunes on the labels themselves.

    `fit(data)` trains on every example of the training split: nothing is held out, and a
    validation split is only measured. Any other `schedule` does what it does for
    `TextClassification`.

    Args:
        backbone: A sentence encoder such as MiniLM; see `TextClassification`.
        feature_stages: Names of the stages whose pooled features are compared and classified.
            Defaults to the last, which sentence encoders are trained for.
        rounds: How often each example is encoded, at most. Defaults to 40.
        max_steps: Batches of 32 at which tuning ends even so. Defaults to 200.
        learning_rate: Peak rate of tuning. Defaults to the backbone's own.

    Raises:
        ValueError: If the backbone is not for text, or a value is out of range.

    Example:

    ```python
    few = kerastl.data.arrays(texts, labels)  # 8 examples of each class
    recipe = kerastl.FewShotTextClassification("bert", weights="directory/of/MiniLM")
    recipe.fit(few)
    recipe.predict("Never once bored.")[0].label
    ```
    """

    task: ClassVar[str] = "few_shot_text_classification"

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        feature_stages: str | Sequence[str] | None = "last",
        rounds: int = 40,
        max_steps: int = 200,
        learning_rate: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone, feature_stages=feature_stages, **kwargs)
        check_count("rounds", rounds)
        check_count("max_steps", max_steps)
        self.rounds = rounds
        self.max_steps = max_steps
        self.learning_rate = learning_rate

    def fit(
        self,
        data: Dataset | Sequence[Dataset] | None,
        schedule: str | Schedule | Sequence[Phase] = "auto",
        *,
        seed: int | None = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        verbose: Any = "auto",
        **settings: Any,
    ) -> keras.callbacks.History:
        """Tune contrastively and solve the head; see `Recipe.fit`.

        Args:
            data: Labelled examples, at least one of each class.
            schedule: `"auto"` for contrastive tuning; any other as for `Recipe.fit`.
            seed: Seed of batches, dropout and folds. Defaults to 0.
            callbacks: Keras callbacks, active while the encoder is tuned.
            verbose: As for `keras.Model.fit`.
            **settings: As for `Recipe.fit`. A contrastive run has no `checkpoint`: it is short.

        Returns:
            The history: one epoch, the linear probe's, and in `phases` how both losses went.

        Raises:
            ValueError: If a class has no example, or a checkpoint is asked for.
            FloatingPointError: If the loss becomes NaN or infinite.
        """
        from kerastl.data.splits.dataset import Dataset

        if schedule != "auto" or settings.get("adapt_to") is not None:
            if schedule == "auto":
                schedule = self.default_schedule()
            given = {"seed": seed, "callbacks": callbacks, "verbose": verbose, **settings}
            return super().fit(data, schedule, **given)
        if settings.get("checkpoint") is not None or settings.get("resume"):
            raise ValueError(
                "Contrastive tuning cannot be resumed: leave checkpoint= out, or name a schedule. "
                f"Received: checkpoint={settings.get('checkpoint')!r}"
            )
        if not isinstance(data, Dataset):
            raise ValueError(f"Pass one data set of labelled texts. Received: data={data!r}")
        self.history = self._fit_on_pairs(data, seed, callbacks, verbose)
        return self.history

    def get_config(self) -> dict[str, Any]:
        """Return what makes this recipe again, weights left out."""
        return {
            **super().get_config(),
            "rounds": self.rounds,
            "max_steps": self.max_steps,
            "learning_rate": self.learning_rate,
        }

    def _fit_on_pairs(
        self,
        data: Dataset,
        seed: int | None,
        callbacks: Sequence[keras.callbacks.Callback],
        verbose: Any,
    ) -> PhasedHistory:
        import keras

        from kerastl.tasks.few_shot.contrastive import Contrastive
        from kerastl.training.phases.history import PhasedHistory
        from kerastl.training.schedules.first_stage import first_trained_stage

        self.check_modality(data.train)
        check_every_class(data.train)
        if data.validation is not None:
            self.check(data)
        self.seed = seed or 0
        if seed is not None:
            keras.utils.set_random_seed(seed)
        if verbose != 0:
            print(data)
        self.prepare(data.train)
        if not self.is_built or self.class_names != data.class_names:
            self.build(data.class_names)
        self._data = data
        packed = self.packer(data.train.encoded(), self.length())
        trains = f"from:{first_trained_stage(self.backbone.stage_names)}"
        rate = self.learning_rate or self.backbone.fine_tune_learning_rate
        tuning = Contrastive(self.rounds, self.max_steps)
        labels = self.targets(data.train)
        if verbose != 0:
            print(f"Contrastive: {trains}, {tuning.steps(labels)} steps, learning rate {rate:g}")
        losses = tuning.tune(
            self.model,
            {name: np.asarray(values) for name, values in packed.items()},
            labels,
            trains=trains,
            learning_rate=rate,
            seed=self.seed,
            callbacks=callbacks,
            verbose=verbose,
        )
        history = PhasedHistory()
        history.phases.append(
            {
                "trains": trains,
                "contrastive": True,
                "learning_rate": rate,
                "steps": tuning.steps(labels),
                "first_and_last_loss": losses,
                "first_epoch": 0,
            }
        )
        self._solve(data, history, verbose)
        return history

    def _solve(self, data: Dataset, history: PhasedHistory, verbose: Any) -> None:
        from kerastl.data.splits.dataset import Dataset
        from kerastl.recipe.examples import RecipeExamples
        from kerastl.training.cache.feature_cache import FeatureCache
        from kerastl.training.cache.open_cache import OpenFeatureCache
        from kerastl.training.loop.fitted_probe import fit_linear_probe
        from kerastl.training.phases.phase import Phase

        held_out = data.validation is not None
        examples = RecipeExamples(self, data if held_out else Dataset(data.train, data.train), 32)

        def say(line: str) -> None:
            if verbose != 0:
                print(line)

        with OpenFeatureCache(FeatureCache.of(None), say) as features:
            features.begin_phase()
            solved = fit_linear_probe(
                self.model, examples, self.seed, features, criterion=self.criterion
            )
        # Without a validation split, its metrics would be those of the training examples.
        logs = {k: v for k, v in solved.logs.items() if held_out or not k.startswith("val_")}
        history.phases.append({**Phase("head", linear_probe=True).get_config(), "first_epoch": 0})
        history.phases[-1]["inverse_penalty"] = solved.probe.inverse_penalty
        history.record(logs)
        say(" - ".join(f"{name}: {value:.4f}" for name, value in logs.items()))
