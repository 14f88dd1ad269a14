"""Training on labelled source examples while a method adapts the model to target examples."""

from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.adaptation.domains.paired_sampler import PairedSampler
from kerastl.adaptation.domains.subset_sampler import SubsetSampler
from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.adapted_model import AdaptedModel
from kerastl.adaptation.training.bottleneck_rate import bottleneck_rate
from kerastl.adaptation.training.class_balanced_moments import measured_moments
from kerastl.adaptation.training.domain_moments import DomainMoments
from kerastl.adaptation.training.feature_reader import FeatureReader
from kerastl.adaptation.training.layers_of_model import layer_output, layers_after, tail_of
from kerastl.adaptation.training.pseudo_labels import PseudoLabels
from kerastl.adaptation.training.relabelling import Relabelling
from kerastl.adaptation.training.row_criterion import RowCriterion
from kerastl.adaptation.training.subset_probe import SubsetProbe
from kerastl.adaptation.training.supported_phase import check_supported
from kerastl.adaptation.training.target_statistics import has_batch_norm, take_statistics
from kerastl.basics import progress
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.freezing import stages, train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.freezing.preserved import preserved_randomness
from kerastl.training.loop.phase_optimizer import stage_multipliers
from kerastl.training.loop.phase_run import PhaseRun
from kerastl.training.loop.training_step import PhaseSetup, TrainingStep
from kerastl.training.losses.temperature import fit_temperature
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Keep, Phase
from kerastl.training.selection.best_weights import BestWeights
from kerastl.training.selection.kept_weights import KeptWeights, LastWeights

# New layers train at this multiple of the learning rate (Ganin et al. 2016, section 5.2.2; the
# same factor in the published code of CDAN, MDD and MCC).
_NEW_LAYERS_FACTOR = 10.0


class AdaptationStep(TrainingStep):
    """Minimise the task's loss on labelled examples and a method's loss on source and target.

    Batches contain row indices instead of labels, so that labels and weights may change between
    epochs. A phase ends with its last weights, since there are no target labels to select an
    epoch by.

    Args:
        model: A functional model that returns probabilities. For a linear probe it needs stages,
            a head named `"head"` and a `StandardizedFeatures` layer named `"pooling"`; between
            them it may have a linear layer named `"bottleneck"`.
        examples: Training examples of all domains in one order, then validation examples; their
            labels are indices into `rows`.
        seed: Seed of order, augmentation, folds and the method's own weights.
        aligned: Name of the layer whose output is aligned.
        rows: Labels, domains and weights of every example.
        method: The adaptation method; None trains the source-only baseline on labelled examples
            alone.
    """

    default_keep: ClassVar[Keep] = "last"

    def __init__(
        self,
        model: keras.Model,
        examples: Examples,
        seed: int,
        aligned: str,
        rows: DomainRows,
        method: AdaptationMethod | None,
    ) -> None:
        super().__init__(model, examples, RowCriterion(rows), seed)
        self.name = f"{'Source-only baseline' if method is None else type(method).__name__}: "
        self.aligned = aligned
        self.rows = rows
        self.method = method
        after = layers_after(model, aligned)
        self._never_trained = [layer for layer in after if not layer.trainable]
        training = np.arange(examples.training_count)
        self._training = training
        self._target = training[rows.is_target[training]]
        self._unlabelled = training[rows.labels[training] == UNKNOWN]
        self._labelled = training[rows.labels[training] != UNKNOWN]
        self._held_out = np.arange(len(training), len(rows.labels))
        self._measures = len(self._held_out) > 0 and rows.labels[self._held_out[0]] != UNKNOWN
        self._weighted = rows
        self._alignment: Alignment | None = None
        self._moments: DomainMoments | None = None
        self._bottleneck_rates: dict[str, float] = {}
        self._pseudo: PseudoLabels | None = None
        if method is not None and method.rounds:
            self._pseudo = PseudoLabels(method, self._unlabelled)

    def check(self, phase: Phase) -> None:
        """Raise a `ValueError` for a phase that an adaptation does not support."""
        check_supported(phase, len(self._labelled) > 0, self._measures)
        self.class_weights(phase)

    def labels(self) -> np.ndarray:
        """Return the known labels of the training examples."""
        known: np.ndarray = self.rows.labels[self._labelled]
        return known

    def key(self) -> dict[str, Any]:
        """Return the method, and the number of rows of each label."""
        method = None if self.method is None else self.method.get_config()
        return {
            "adaptation": {"name": self.name, **(method or {})},
            "target examples": len(self._target),
            "labels of the rows": np.bincount(self.rows.labels + 1).tolist(),
        }

    def variables(self) -> list[Any]:
        """Return the variables of the method's own layers, such as a discriminator."""
        return [] if self._alignment is None else list(self._alignment.variables)

    def get_state(self) -> dict[str, Any]:
        """Return each domain's moments, and the last linear probe's pseudo-labels."""
        rows = None if self._pseudo is None else self._pseudo.cross_fitted
        return {
            "pseudo": None if rows is None else {"labels": rows.labels, "weights": rows.weights},
            "moments": None if self._moments is None else self._moments.get_config(),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        if state["moments"] is not None:
            self._moments = DomainMoments.from_config(state["moments"])
        if self._pseudo is not None and state["pseudo"] is not None:
            saved = state["pseudo"]
            every = np.arange(len(self.rows.labels))
            relabelled = self._weighted.relabelled(every, saved["labels"])
            self._pseudo.cross_fitted = relabelled.weighted(every, saved["weights"])

    def begin(self, features: OpenFeatureCache) -> None:
        """Weight source examples, make the method's own layers, and normalize by the source."""
        if self.method is None:
            return
        self._weighted = self._with_source_weights(features)
        width = layer_output(self.model, self.aligned).shape[-1]
        # A resumed run must begin with the weights of the killed run.
        with preserved_randomness(self.seed):
            self._alignment = self.method.alignment(
                width, self.examples.classes, self.rows.target + 1
            )
        if self.method.adapts == "all":
            self._normalize_by(self._labelled, features)
        probe = self._probe(features)
        if probe is None:
            return
        self._bottleneck_rates = bottleneck_rate(self.model, probe.features(self._training))
        if self.method.adapts == "moments":
            known = self._labelled[~self.rows.is_target[self._labelled]]
            # Without source examples, the layer has the statistics of the source.
            source = probe.standardize_by(self._labelled) if len(self._labelled) else probe.moments
            self._moments = measured_moments(
                probe, source, self.rows.labels, known, self._target, self._temperature(features)
            )
            self._standardize_by_target()

    def end(self, features: OpenFeatureCache) -> None:
        """Normalize by the target if the method does."""
        if self.method is not None and self.method.adapts == "all":
            self._normalize_by(self._target, features)

    def read(self, rows: np.ndarray, features: OpenFeatureCache) -> DomainFeatures:
        """Return the features and probabilities of examples, by their row indices."""
        train_only(self.model, "head")
        return self._reader(features).read(rows)

    def fit_probe(
        self, phase: Phase, features: OpenFeatureCache
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """Fit a linear probe on labelled examples, and on pseudo-labels if the method does."""
        head = self._probe(features, self.class_weights(phase))
        if head is None:
            raise ValueError(
                "A linear probe needs a model with stages, as a recipe builds it: use phases "
                "without linear_probe=True. Received: a model without stages"
            )
        rows, classes = self._weighted, self.examples.classes
        with progress.step("Fitting the linear probe"):
            if self.method is None or self.method.uses_source:
                head.standardize_by(self._labelled)
                head.fit_probe(rows, self._labelled, classes, self.seed)
            self._standardize_by_target()
            if self._pseudo is not None:
                self._pseudo.fit_probe(head, rows, self._target, classes, self.seed)
        return self._measured(features), {}

    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Prepare a phase of gradient steps on batches of source and target."""
        rows, pseudo = self._weighted, self._pseudo
        if pseudo is not None and pseudo.cross_fitted is not None:
            # Predictions of a model for its own training examples only confirm its errors.
            rows, pseudo = pseudo.cross_fitted, None
        sampler = self._sampler(phase)
        run = PhaseRun.prepare(self.model, phase, self.examples, sampler, features)
        steps = int(run.training.cardinality()) * phase.epochs
        if self._alignment is not None:
            self._alignment.attach(run.model)
        reader = None
        if pseudo is not None:
            reader = self._reader(features)
        self._set_head_trainable(self.method is None or self.method.trains_head)
        adapted = AdaptedModel(
            run.model,
            self.aligned,
            rows,
            self._alignment,
            steps,
            self.criterion.loss(phase.loss_settings, self.class_weights(phase)),
            self._moments,
        )
        callbacks = []
        if pseudo is not None and reader is not None:
            callbacks.append(Relabelling(adapted, rows, pseudo, reader, first_epoch, phase.epochs))
        return PhaseSetup(
            adapted,
            run.training,
            sampler,
            self._kept(phase, run),
            rate_multipliers=self._multipliers(adapted, run.model, phase),
            callbacks=callbacks,
            stateful={"AdaptedModel": adapted},
            note=run.note,
        )

    def end_phase(self) -> None:
        """Let the head train again."""
        self._set_head_trainable(True)

    def _temperature(self, features: OpenFeatureCache) -> float:
        """Return the temperature of the probe, fitted on held-out source examples."""
        if not self._measures:
            return 1.0
        probabilities = self.read(self._held_out, features).probabilities
        return fit_temperature(probabilities, self.rows.labels[self._held_out])

    def _with_source_weights(self, features: OpenFeatureCache) -> DomainRows:
        assert self.method is not None
        if type(self.method).source_weights is AdaptationMethod.source_weights:
            return self.rows
        source = np.setdiff1d(self._training, self._target)
        seen = self.read(self._training, features)
        weights = self.method.source_weights(
            seen.features[source], seen.features[self._target], self.seed
        )
        return self.rows.weighted(source, weights)

    def _measured(self, features: OpenFeatureCache) -> dict[str, float]:
        seen = self.read(np.arange(len(self.rows.labels)), features)
        logs: dict[str, float] = {}
        for prefix, numbers in (("", self._labelled), ("val_", self._held_out)):
            if len(numbers) and self.rows.labels[numbers[0]] != UNKNOWN:
                metrics = self.criterion.metrics(seen.probabilities[numbers], numbers)
                logs |= {f"{prefix}{name}": value for name, value in metrics.items()}
        return logs

    def _kept(self, phase: Phase, run: PhaseRun) -> KeptWeights:
        if not self._measures:
            return LastWeights()
        return BestWeights(
            self.criterion,
            run.validation,
            "last",
            patience=phase.patience,
            measured=self._of_source(run.model),
        )

    def _set_head_trainable(self, trainable: bool) -> None:
        for layer in layers_after(self.model, self.aligned):
            if layer not in self._never_trained:
                layer.trainable = trainable

    def _sampler(self, phase: Phase) -> EpochSampler:
        """Return the sampler that orders the examples of a phase."""
        labels = self.rows.labels if phase.balanced else None
        if self.method is not None and not self.method.uses_source:
            return SubsetSampler(self.seed, self._target)
        if self.method is None or not self.method.pairs:
            return SubsetSampler(self.seed, self._labelled, labels)
        sources = [
            self._training[self.rows.domains[self._training] == number]
            for number in range(self.rows.target)
        ]
        size = self.examples.batch_size
        return PairedSampler(self.seed, sources, self._target, size, labels)

    def _multipliers(
        self, adapted: AdaptedModel, model: keras.Model, phase: Phase
    ) -> dict[str, float]:
        multipliers = stage_multipliers(model, phase.rate.stage_decay)
        if self._bottleneck_rates:
            # Bottleneck and head begin as the linear probe; only the method's layers are new.
            factor = 1.0 if self._alignment is None else self._alignment.rate_factor
            own = {each.path: factor for each in self.variables()}
            return {**multipliers, **own, **self._bottleneck_rates}
        if not multipliers:
            return {}
        new = [each for each in adapted.trainable_variables if each.path not in multipliers]
        return {**multipliers, **{each.path: _NEW_LAYERS_FACTOR for each in new}}

    def _normalize_by(self, rows: np.ndarray, features: OpenFeatureCache) -> None:
        """Normalize by some examples: first batch normalization, then the head's features."""
        if has_batch_norm(self.model):
            whole = max(1, len(rows) // self.examples.batch_size)
            batches = self.examples.training(False, SubsetSampler(self.seed, rows))
            take_statistics(self.model, batches.map(_inputs_alone).take(whole))
        probe = self._probe(features)
        if probe is not None:
            probe.centre_on(rows)

    def _probe(
        self, features: OpenFeatureCache, class_weights: np.ndarray | None = None
    ) -> SubsetProbe | None:
        """Return the head as a linear probe on cached features; None without stages."""
        if not has_probe(self.model):
            return None
        train_only(self.model, "head")
        boundary = divide(self.model)
        assert boundary is not None
        cached = features.needed(boundary.prefix, self.examples.training_in_order())
        return SubsetProbe(self.model, boundary, cached, class_weights)

    def _reader(self, features: OpenFeatureCache) -> FeatureReader:
        of_rows = self.model, self.aligned, self.examples, features
        return FeatureReader(*of_rows, self._moments, self.rows.is_target)

    def _standardize_by_target(self) -> None:
        if self._moments is not None:
            self.model.get_layer("pooling").assign(*self._moments.target)

    def _of_source(self, model: keras.Model) -> keras.Model:
        """Return the model as it sees source examples: standardized by their own statistics."""
        if self._moments is None:
            return model
        return self._moments.of_source(model, tail_of(model, self.aligned))


def has_probe(model: keras.Model) -> bool:
    """Return whether a linear probe can be fitted: whether a model has stages and pooling."""
    return bool(stages(model)) and {"pooling", "head"} <= {each.name for each in model.layers}


def _inputs_alone(inputs: Any, numbers: Any) -> Any:
    return inputs
