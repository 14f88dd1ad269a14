"""The schedule that looks at the linear probe before it decides how to go on."""

import math
from dataclasses import dataclass, replace

from kerastl.basics.duration import seconds_of
from kerastl.training.phases.batch_size import batch_size_for
from kerastl.training.phases.decision import Decision
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.phases.probe_evidence import ProbeEvidence
from kerastl.training.schedules.first_stage import first_trained_stage
from kerastl.training.schedules.schedule import ScheduleConfig

# Training a network costs about three times running it: forward, and backward twice.
_COST_OF_TRAINING = 3.0
# Two passes for features, training and validation, and the epochs above the boundary.
_PASSES_FOR_THE_LAST_STAGE = 2.0
# From here on, a class is said to be rare.
_UNEQUAL = 5
_EPOCHS_BELOW = ((500, 6), (1_000, 5), (5_000, 4), (20_000, 3))


@dataclass(frozen=True)
class ProbeGuidedFineTune(ScheduleConfig):
    """Solve the head, look at what it reached, and fine-tune as far as that and time allow.

    What is decided, and on what ground, is printed and kept in `history.decision`. The test
    split plays no part in it.

    - Where the linear probe makes no error on the validation split, it stays.
    - Epochs: 6 below 500 training examples, 5 below 1,000, 4 below 5,000, 3 below 20,000,
      else 2; fewer where the budget asks for it.
    - LearningRate: the backbone's, three times that for images that are augmented, and ten times
      where the linear probe is no better than chance, as features then have far to go.
    - With time for less than one epoch, only the last stage is tuned, on kept features and so
      without augmentation; with less than that, the linear probe stays.

    How far the task is from what the backbone has learnt shows in the nearest class mean beside
    the linear probe: it is printed, and decides nothing beyond this.

    The linear probe comes back unless tuning shows on the validation split that it helped, by
    more than one standard error; see `BestWeights`. With texts any gain will do: tuning a transformer
    hardly ever costs accuracy (Peters et al. 2019, "To Tune or Not to Tune?"), and what it gains
    on one or two hundred examples is often within a standard error.

    Input size and batch size are chosen before the head is solved, by the recipe and by `fit`,
    where each can be said otherwise: the size that the backbone was trained on, or as many
    tokens as hold 99 % of the training texts whole; batches of 16, from 20,000 training
    examples on 32.

    Args:
        budget: Time for `fit` in all: seconds, or a text such as `"10min"`. Estimated from a
            few batches, so a little more may be used. Defaults to None: as long as the rule
            says.
        from_stage: The first stage that trains. Defaults to the second one: the first holds
            what most tasks share, or an embedding table.
        epochs: Passes over the training examples. Defaults to the rule above.
        learning_rate: Peak rate. Defaults to the rule above.
        augment: Whether examples are augmented. Defaults to True for images.
        required_gain: By how many standard errors tuning must have gained on the validation
            split to be kept. Defaults to the rule above: 0 for texts, else 1.

    Raises:
        ValueError: If the budget is no length of time, or another value is out of range.

    Example:

    >>> [str(phase) for phase in ProbeGuidedFineTune(budget="10min").phases(("stem", "stage1"))]
    ['linear probe']
    """

    budget: str | float | None = None
    from_stage: str | None = None
    epochs: int | None = None
    learning_rate: float | LearningRate | None = None
    augment: bool | None = None
    required_gain: float | None = None

    def __post_init__(self) -> None:
        if self.budget is not None:
            seconds_of(self.budget)
        trial = Phase(
            "all",
            epochs=1 if self.epochs is None else self.epochs,
            learning_rate=self.learning_rate,
            required_gain=0.0 if self.required_gain is None else self.required_gain,
        )
        # A run file has the rate as a mapping.
        object.__setattr__(self, "learning_rate", trial.learning_rate)

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the phase that is run in any case: the linear probe."""
        first_trained_stage(stage_names, self.from_stage)
        return [Phase("head", linear_probe=True)]

    def decide(self, evidence: ProbeEvidence) -> Decision:
        """Choose the phases that follow the linear probe.

        Args:
            evidence: What the linear probe showed.

        Returns:
            The phases, none where the linear probe stays, with a reason for each choice.
        """
        found = (
            f"the linear probe reaches {evidence.probe_accuracy:.3f} on "
            f"{evidence.validation_examples} validation examples; the nearest class mean "
            f"{evidence.nearest_mean_accuracy:.3f}, chance {evidence.chance:.3f}"
        )
        if evidence.probe_accuracy == 1:
            return Decision((), (found, "the linear probe stays: it leaves no error to mend"))
        augment, why_augment = self._augment(evidence)
        epochs, why_epochs = self._epochs(evidence)
        gain, why_gain = self._gain(evidence)
        trains = f"from:{first_trained_stage(evidence.stage_names, self.from_stage)}"
        why_trains = "the first stage holds what most tasks share"
        if self.from_stage is not None:
            why_trains = "as told"
        if self.budget is not None:
            left = seconds_of(self.budget) - evidence.seconds
            seconds_per_pass = evidence.seconds_per_pass()
            affordable = int(left / (_COST_OF_TRAINING * seconds_per_pass))
            budget = f"{max(0.0, left):.0f} s are left, and a pass takes {seconds_per_pass:.1f} s"
            if left < _PASSES_FOR_THE_LAST_STAGE * seconds_per_pass:
                return Decision((), (found, f"the linear probe stays: {budget}"))
            if affordable < 1:
                # Features are kept, which those of images that change cannot be.
                trains, why_trains, augment, why_augment = "last:1", budget, False, budget
            elif affordable < epochs:
                epochs, why_epochs = affordable, budget
        rate, why_rate = self._rate(evidence, augment)
        reasons = [
            found,
            f"train {trains}: {why_trains}",
            f"{epochs} epochs: {why_epochs}",
            f"learning rate {rate.peak:g}: {why_rate}",
            f"augmentation {'on' if augment else 'off'}: {why_augment}",
            evidence.input_size,
            f"batches of {evidence.batch_size}: {self._why_batches(evidence)}",
            f"kept where it gains more than {gain:g} standard errors: {why_gain}",
        ]
        if evidence.rarest * _UNEQUAL < evidence.chance * evidence.examples:
            reasons.append(
                f"the rarest class has {evidence.rarest} examples and counts as little: where it "
                "matters as much, pass phases with LossSettings(class_weights='balanced')"
            )
        phase = Phase(
            trains, epochs=epochs, learning_rate=rate, augment=augment, required_gain=gain
        )
        return Decision((phase,), tuple(reasons))

    def _augment(self, evidence: ProbeEvidence) -> tuple[bool, str]:
        if self.augment is not None:
            return self.augment, "as told"
        if evidence.augments:
            return True, "every epoch then sees other images"
        return False, "the recipe has none"

    def _epochs(self, evidence: ProbeEvidence) -> tuple[int, str]:
        if self.epochs is not None:
            return self.epochs, "as told"
        epochs = next((each for below, each in _EPOCHS_BELOW if evidence.examples < below), 2)
        return epochs, f"{evidence.examples} training examples"

    def _why_batches(self, evidence: ProbeEvidence) -> str:
        if evidence.batch_size != batch_size_for(evidence.examples):
            return "as told"
        return f"{evidence.examples} training examples"

    def _gain(self, evidence: ProbeEvidence) -> tuple[float, str]:
        if self.required_gain is not None:
            return self.required_gain, "as told"
        if evidence.modality == "text":
            return 0.0, "tuning a transformer rarely costs accuracy"
        return 1.0, "a smaller gain may be chance"

    def _rate(self, evidence: ProbeEvidence, augment: bool) -> tuple[LearningRate, str]:
        given = LearningRate.of(self.learning_rate)
        if given.peak is not None:
            return given, "as told"
        error = math.sqrt(evidence.chance * (1 - evidence.chance) / evidence.validation_examples)
        if evidence.probe_accuracy < evidence.chance + 2 * error:
            factor, why = (
                10,
                "ten times the backbone's, as the linear probe is no better than chance",
            )
        elif augment and evidence.augments:
            factor, why = 3, "three times the backbone's, as every epoch sees other images"
        else:
            factor, why = 1, "the backbone's"
        return replace(given, peak=factor * evidence.learning_rate), why
