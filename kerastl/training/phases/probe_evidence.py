"""What the linear probe showed: the ground that `schedule="auto"` decides on."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProbeEvidence:
    """Metrics of a data set under a backbone, test examples left out.

    Attributes:
        examples: Number of training examples.
        classes: Number of classes.
        validation_examples: Number of validation examples.
        chance: Share of the most frequent class in the training examples.
        rarest: Number of training examples of the rarest class.
        modality: What examples are: `"image"`, `"text"` or `"array"`.
        input_size: How much of an example the model sees, and why that much.
        batch_size: Examples in a batch.
        augments: Whether training examples can be augmented, as images can.
        stage_names: The backbone's stages, from input to output.
        learning_rate: The backbone's declared fine-tuning rate.
        probe_accuracy: Validation accuracy of the linear probe.
        nearest_mean_accuracy: Validation accuracy of the nearest class mean on the same
            features: close to the linear probe's where pre-training has told these classes
            apart already.
        seconds: Time since training began.
        seconds_per_pass: Measures how long reading the training examples once and running
            the backbone on them takes.
    """

    examples: int
    classes: int
    validation_examples: int
    chance: float
    rarest: int
    modality: str
    input_size: str
    batch_size: int
    augments: bool
    stage_names: tuple[str, ...]
    learning_rate: float
    probe_accuracy: float
    nearest_mean_accuracy: float
    seconds: float
    seconds_per_pass: Callable[[], float]
