"""Training on labelled examples."""

from typing import Any

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.contrastive.contrastive_setup import contrastive_setup
from kerastl.training.loop.fitted_probe import FittedProbe, fit_linear_probe
from kerastl.training.loop.mixing import check_mixable
from kerastl.training.loop.phase_optimizer import stage_multipliers
from kerastl.training.loop.phase_run import PhaseRun
from kerastl.training.loop.rising_loss import RisingLoss
from kerastl.training.loop.training_step import PhaseSetup, TrainingStep
from kerastl.training.phases.phase import Phase
from kerastl.training.selection.best_weights import BestWeights
from kerastl.training.selection.kept_weights import KeptWeights, LastWeights
from kerastl.training.selection.refitted_probe import RefittedProbe
from kerastl.training.selection.weight_average import WeightAverage


class SupervisedStep(TrainingStep):
    """Train on labelled examples, and select weights on the validation split.

    Features of frozen stages are cached if examples do not change from epoch to epoch.

    Example:

    ```python
    step = SupervisedStep(recipe.model, examples, recipe.criterion, seed=0)
    history = Trainer(step, 1e-4).run([Phase("head", linear_probe=True)])
    ```
    """

    def check(self, phase: Phase) -> None:
        """Raise a `ValueError` for a phase that the task does not support."""
        self.criterion.check(phase)
        if phase.keep == "refitted" and not self.criterion.has_linear_probe:
            raise ValueError(
                "The head of this task cannot be fitted as a linear probe: leave out "
                f"keep='refitted'. Received: {phase!r}"
            )
        if phase.mix is not None:
            check_mixable(self.model, phase.mix)
        self.class_weights(phase)

    def fit_probe(
        self, phase: Phase, features: OpenFeatureCache
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """Fit a linear probe on the training examples, and on augmented views of them."""
        fitted = self._fit_probe(phase, features)
        found = {
            "inverse_penalty": fitted.probe.inverse_penalty,
            "nearest_mean_accuracy": fitted.nearest_mean_accuracy,
        }
        return fitted.logs, found

    def refit_probe(self, phase: Phase, features: OpenFeatureCache) -> FittedProbe:
        """Fit a linear probe again, on the training and the validation examples.

        Args:
            phase: The phase that fitted the probe on the training examples.
            features: The feature cache.
        """
        return self._fit_probe(phase, features, on_validation=True)

    def _fit_probe(
        self, phase: Phase, features: OpenFeatureCache, *, on_validation: bool = False
    ) -> FittedProbe:
        return fit_linear_probe(
            self.model,
            self.examples,
            self.seed,
            features,
            self.criterion,
            phase.views or 0 if phase.augment and self.examples.augments else 0,
            self.class_weights(phase),
            on_validation=on_validation,
        )

    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Prepare batches, loss and best-weights selection of a phase of gradient steps."""
        if phase.contrastive_steps is not None:
            refits = phase.keep == "refitted"
            kept: KeptWeights = self._refitted(phase, features) if refits else LastWeights()
            return contrastive_setup(self.model, self.examples, self.seed, phase, kept)
        balance = self.examples.training_labels if phase.balanced else None
        sampler = EpochSampler(self.seed, balance=balance)
        run = PhaseRun.prepare(self.model, phase, self.examples, sampler, features)
        keep = phase.keep or self.default_keep
        average = None
        if keep == "average":
            average = WeightAverage(window=int(run.training.cardinality()))
        kept, rising = LastWeights(), None
        if keep == "refitted":
            kept = self._refitted(phase, features)
        elif run.validation is not None:
            kept = BestWeights(
                self.criterion,
                run.validation,
                keep,
                average,
                phase.patience,
                phase.required_gain,
                futility=phase.futility,
            )
            rising = RisingLoss(self.criterion.uninformed_loss(self.model.output_shape[-1]))
        return PhaseSetup(
            run.model,
            run.training,
            sampler,
            kept,
            rate_multipliers=stage_multipliers(run.model, phase.rate.stage_decay),
            loss=self.criterion.loss(phase.loss_settings, self.class_weights(phase)),
            metrics=self.criterion.keras_metrics(),
            callbacks=() if average is None else (average,),
            stateful={} if average is None else {"WeightAverage": average},
            note=run.note,
            rising=rising,
        )

    def _refitted(self, phase: Phase, features: OpenFeatureCache) -> RefittedProbe:
        def refit() -> None:
            weights = self.class_weights(phase)
            fit_linear_probe(
                self.model, self.examples, self.seed, features, self.criterion, 0, weights
            )

        validation = self.examples.validation()
        return RefittedProbe(self.model, self.criterion, validation, refit, phase.required_gain)
