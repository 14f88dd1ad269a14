"""The schedule that chooses the fine-tuning phase by the result of a linear probe."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from kerastl.basics.arguments import (
    check_count,
    check_flag,
    check_number,
    check_optional,
    check_text,
)
from kerastl.basics.duration import seconds_of
from kerastl.training.contrastive.contrastive_length import EPOCHS, contrastive_length
from kerastl.training.phases.batch_size import batch_size_for
from kerastl.training.phases.cost import COST_OF_TRAINING
from kerastl.training.phases.decision import Decision
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.phases.probe_evidence import ProbeEvidence
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig

# Two passes for features, training and validation, and the epochs above the boundary.
_PASSES_FOR_THE_LAST_STAGE = 2.0
# A class this many times rarer than the most frequent one is named as rare.
_UNEQUAL = 5
_NO_BETTER = "as the linear probe is no better than the baseline"
_EPOCHS_BELOW = ((500, 6), (1_000, 5), (5_000, 4), (20_000, 3))


@dataclass(frozen=True)
class ProbeGuidedFineTune(ScheduleConfig):
    """Fit a linear probe, then choose how to fine-tune by its result and the time left.

    For every task whose head can be fitted as a linear probe: classification, multi-label
    classification and regression. It decides by the task's own validation metric: accuracy, mean
    average precision or R². Every decision and its reason are printed and kept in
    `history.decision`. The test split plays no part.

    - If the linear probe makes no error on the validation split, no fine-tuning follows.
    - Epochs: 6 below 500 training examples, 5 below 1,000, 4 below 5,000, 3 below 20,000,
      else 2; fewer if the budget demands it.
    - Learning rate: the backbone's; three times that for augmented images; ten times if the
      linear probe is no better than a model that answers the same for every example, because
      its features must then change a lot. It is never above the rate at which a step changes the
      outputs of the network's layers by about a tenth (in the last case a third), see
      `stable_rate`: networks without normalization, such as VGG16, diverge there.
    - With time for less than one epoch, only the last stage is fine-tuned, on cached features
      and so without augmentation. With still less time, the linear probe is kept.

    Tuning ends with the best mixture of the best epoch and the linear probe, see
    `best_interpolation`. With `contrastive=True`, examples of one class come together, and a new
    linear probe is fitted on the tuned features, as in `FewShotTextClassification`.

    For classes, the accuracy of the nearest class mean is printed too. It shows how well the
    pre-trained features separate the classes, and decides nothing.

    Fine-tuning is kept only if it lowers the validation loss by more than one standard error;
    otherwise the linear probe is restored; see `BestWeights`. For texts any gain suffices: tuning
    a transformer rarely costs accuracy (Peters et al. 2019, "To Tune or Not to Tune?"), and its
    gain on one or two hundred examples is often within a standard error.

    Fine-tuning stops after half of the epochs if each has a higher validation loss than the linear
    probe by more than a standard error; see `Phase.futility`. An earlier stop loses gains: the
    first epochs, at high learning rates, distort features that later ones improve.

    Feature stages, and the truncation of long texts, are chosen before the linear probe, by its
    cross-validated loss on the training split, on at most about 400 examples. Stages at the end
    are left out if that lowers the loss by more than a standard error. With `compare_sizes=True`,
    image sizes are compared in the same way: the backbone's own and smaller ones first, larger
    ones while they lower the loss. Of sizes whose losses differ by less than a standard error, the
    smallest is chosen; one below the backbone's own only if its loss is no higher. Texts are then
    read at 99 % of them whole, or at a half or a quarter of that. The recipe's `image_size`,
    `sequence_length` and `feature_stages` fix a choice. Batches have 16 examples, from 20,000
    training examples on 32.

    Args:
        budget: Total time of `fit`, with the choice of the input: seconds, or a text such as
            `"10min"`. A phase ends early where the time is up. Defaults to None: no limit.
        from_stage: The first stage that trains. Defaults to the second one: the first holds
            general features, or an embedding table.
        epochs: Epochs of fine-tuning. Defaults to the rule above.
        learning_rate: Peak learning rate. Defaults to the rule above.
        augment: Whether examples are augmented. Defaults to True for images.
        contrastive: Whether the features are tuned by contrast instead of on the task's loss, for
            up to 200 batches of 32; one class for each example only. It suits texts with few
            examples a class. `epochs` and `augment` are not used then. Defaults to False.
        required_gain: How many standard errors the gain on the validation split must exceed
            for fine-tuning to be kept. Defaults to the rule above: 0 for texts, else 1.
        compare_sizes: Whether other image sizes and sequence lengths than the default are compared;
            a bound on pixels or latency compares them as well. Defaults to False: on three data
            sets of photos, what the comparison chose was no more accurate on test examples, and
            it takes the time of several passes.
        max_pixels: Most pixels of an image, height times width, that may be chosen. Defaults to
            None: no bound.
        max_latency: Most milliseconds for one example, measured with a float32 LiteRT file on one
            thread of this machine. Defaults to None: no bound.

    Raises:
        ValueError: If the budget is not a time, or another value is out of range.

    Example:

    >>> [str(phase) for phase in ProbeGuidedFineTune(budget="10min").phases(("stem", "stage1"))]
    ['linear probe']
    """

    budget: str | float | None = None
    from_stage: str | None = None
    epochs: int | None = None
    learning_rate: float | LearningRate | None = None
    augment: bool | None = None
    contrastive: bool = False
    required_gain: float | None = None
    compare_sizes: bool = False
    max_pixels: int | None = None
    max_latency: float | None = None

    chooses_input: ClassVar[bool] = True

    @property
    def compares_sizes(self) -> bool:
        """Whether other image sizes and sequence lengths than the default are compared."""
        return self.compare_sizes or self.max_pixels is not None or self.max_latency is not None

    def __post_init__(self) -> None:
        if self.budget is not None:
            seconds_of(self.budget)
        check_optional(check_text, "from_stage", self.from_stage)
        check_optional(check_flag, "augment", self.augment)
        check_flag("compare_sizes", self.compare_sizes)
        check_flag("contrastive", self.contrastive)
        check_optional(check_count, "max_pixels", self.max_pixels)
        check_optional(check_number, "max_latency", self.max_latency, "(0, inf)")
        trial = Phase(
            "all",
            epochs=1 if self.epochs is None else self.epochs,
            learning_rate=self.learning_rate,
            required_gain=0.0 if self.required_gain is None else self.required_gain,
        )
        # A run file has the rate as a mapping.
        object.__setattr__(self, "learning_rate", trial.learning_rate)

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the first phase, the linear probe."""
        first_trained_stage(stage_names, self.from_stage)
        return [Phase("head", linear_probe=True)]

    def decide(self, evidence: ProbeEvidence) -> Decision:
        """Choose the phases that follow the linear probe.

        Args:
            evidence: The result of the linear probe.

        Returns:
            The phases, none if the linear probe is kept, with a reason for each choice.
        """
        found = _result(evidence)
        if evidence.is_perfect:
            return Decision((), (found, "keep the linear probe: it makes no validation errors"))
        augment, why_augment = self._augment(evidence)
        epochs, why_epochs = self._epochs(evidence)
        passes: int | None = EPOCHS if self.contrastive else None
        gain, why_gain = self._gain(evidence)
        trains = f"from:{first_trained_stage(evidence.stage_names, self.from_stage)}"
        why_trains = "the first stage holds general features"
        if self.from_stage is not None:
            why_trains = "as given"
        if self.budget is not None:
            left = seconds_of(self.budget) - evidence.seconds
            seconds_per_pass = evidence.seconds_per_pass()
            affordable = int(left / (COST_OF_TRAINING * seconds_per_pass))
            budget = f"{max(0.0, left):.0f} s are left, one pass takes {seconds_per_pass:.1f} s"
            if left < _PASSES_FOR_THE_LAST_STAGE * seconds_per_pass:
                return Decision((), (found, f"keep the linear probe: {budget}"))
            if affordable < 1:
                # Features of augmented images cannot be cached.
                trains, why_trains, augment, why_augment = "last:1", budget, False, budget
                passes = None
            elif passes is not None:
                passes = min(passes, affordable)
            elif affordable < epochs:
                epochs, why_epochs = affordable, budget
        steps: int | None = None
        if passes is not None:
            steps, epochs = contrastive_length(evidence.examples, passes)
            why_epochs = f"{steps} contrastive steps, {evidence.examples} training examples"
            augment, why_augment = False, "contrastive tuning has none"
        rate, why_rate = self._rate(evidence, augment, trains)
        futility = math.ceil(epochs / 2)
        after = "1 epoch" if futility == 1 else f"{futility} epochs"
        reasons = [
            found,
            f"train {trains}: {why_trains}",
            f"{epochs} epochs: {why_epochs}",
            f"learning rate {rate.peak:g}: {why_rate}",
            f"augmentation {'on' if augment else 'off'}: {why_augment}",
            evidence.input_size,
            f"batches of {evidence.batch_size}: {self._why_batches(evidence)}",
            f"stopped after {after} if all are worse by more than a standard error",
            f"kept if the gain exceeds {gain:g} standard errors: {why_gain}",
        ]
        most_frequent = evidence.baseline * evidence.examples
        if evidence.rarest is not None and evidence.rarest * _UNEQUAL < most_frequent:
            reasons.append(
                f"the rarest class has {evidence.rarest} examples and little weight in the loss: "
                "to weight classes equally, pass phases with "
                "LossSettings(class_weights='balanced')"
            )
        phase = Phase(
            trains,
            epochs=epochs,
            learning_rate=rate,
            augment=augment,
            contrastive_steps=steps,
            keep="interpolated" if steps is None else "refitted",
            required_gain=gain,
            futility=futility,
        )
        return Decision((phase,), tuple(reasons))

    def _augment(self, evidence: ProbeEvidence) -> tuple[bool, str]:
        if self.augment is not None:
            return self.augment, "as given"
        if evidence.augments:
            return True, "every epoch reads different images"
        return False, "the recipe has no augmentation"

    def _epochs(self, evidence: ProbeEvidence) -> tuple[int, str]:
        if self.epochs is not None:
            return self.epochs, "as given"
        epochs = next((each for below, each in _EPOCHS_BELOW if evidence.examples < below), 2)
        return epochs, f"{evidence.examples} training examples"

    def _why_batches(self, evidence: ProbeEvidence) -> str:
        if evidence.batch_size != batch_size_for(evidence.examples):
            return "as given"
        return f"{evidence.examples} training examples"

    def _gain(self, evidence: ProbeEvidence) -> tuple[float, str]:
        if self.required_gain is not None:
            return self.required_gain, "as given"
        if evidence.modality == "text":
            return 0.0, "tuning a transformer rarely costs accuracy"
        return 1.0, "a smaller gain may be chance"

    def _rate(
        self, evidence: ProbeEvidence, augment: bool, trains: str
    ) -> tuple[LearningRate, str]:
        given = LearningRate.of(self.learning_rate)
        if given.peak is not None:
            return given, "as given"
        highest, share = evidence.stable_rate(trains), "a tenth"
        if not evidence.is_better_than_baseline:
            factor, why = 10, f"ten times the backbone's, {_NO_BETTER}"
            highest, share = highest * 10 / 3, "a third"
        elif augment and evidence.augments:
            factor, why = 3, "three times the backbone's, as every epoch reads different images"
        else:
            factor, why = 1, "the backbone's"
        peak = factor * evidence.learning_rate
        if highest < peak:
            # Two digits, as a learning rate has no more that matter.
            peak = float(f"{highest:.1e}")
            why = f"at a higher rate a step changes layers of this network by more than {share}"
        return replace(given, peak=peak), why


def _result(evidence: ProbeEvidence) -> str:
    nearest = evidence.nearest_mean_accuracy
    also = "" if nearest is None else f"the nearest class mean {nearest:.3f}, "
    return (
        f"the linear probe's {evidence.metric} is {evidence.value:.3f} on "
        f"{evidence.validation_examples} validation examples; {also}"
        f"{evidence.baseline_means} {evidence.baseline:.3f}"
    )
