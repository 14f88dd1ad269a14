"""The result of a linear probe, by which a schedule chooses the phases that follow."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProbeEvidence:
    """The metrics of a linear probe, and the size and kind of the data. No test example is used.

    Attributes:
        examples: Number of training examples.
        outputs: Number of the model's outputs, such as classes.
        validation_examples: Number of validation examples.
        metric: Name of the task's validation metric, such as `"accuracy"`; 1 is best.
        value: The metric of the linear probe on the validation examples.
        baseline: The metric of a model that answers the same for every example.
        baseline_means: Name of that answer for printed lines, such as `"always the mean"`.
        baseline_error: Standard error of `baseline` on the validation examples.
        rarest: Number of training examples of the rarest class; None unless every example has
            exactly one class.
        modality: Kind of input: `"image"`, `"text"` or `"array"`.
        input_size: How much of an example the model reads, and the reason, as one line.
        batch_size: Examples in a batch.
        augments: Whether training examples are augmented in phases that ask for it.
        stage_names: The backbone's stages, from input to output.
        learning_rate: The backbone's declared fine-tuning rate.
        stable_rate: Returns, for a trainable part such as `"from:stage2"`, the largest learning
            rate at which a step changes the outputs of its layers by about a tenth.
        nearest_mean_accuracy: Validation accuracy of the nearest class mean on the same
            features; None unless every example has exactly one class. It is close to the linear
            probe's if the pre-trained features already separate the classes.
        seconds: Seconds since training began.
        seconds_per_pass: Measures the seconds for one epoch of reading the training examples
            and running the backbone on them.
    """

    examples: int
    outputs: int
    validation_examples: int
    metric: str
    value: float
    baseline: float
    baseline_means: str
    baseline_error: float
    rarest: int | None
    modality: str
    input_size: str
    batch_size: int
    augments: bool
    stage_names: tuple[str, ...]
    learning_rate: float
    stable_rate: Callable[[str], float]
    nearest_mean_accuracy: float | None
    seconds: float
    seconds_per_pass: Callable[[], float]

    @property
    def is_perfect(self) -> bool:
        """Whether the linear probe makes no validation error."""
        return self.value >= 1.0

    @property
    def is_better_than_baseline(self) -> bool:
        """Whether the probe exceeds the baseline by more than two standard errors."""
        return self.value >= self.baseline + 2 * self.baseline_error
