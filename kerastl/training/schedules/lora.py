"""Fit a linear probe, then train low-rank additions to the backbone's kernels."""

from dataclasses import dataclass

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import ScheduleConfig


@dataclass(frozen=True)
class LoRA(ScheduleConfig):
    """Fit a linear probe, then train low-rank matrices added to the backbone's kernels.

    Gradients and moments exist for about a hundredth of the weights, so that a large backbone
    fits into memory; the result is a plain network (Hu et al. 2022, "LoRA: Low-rank
    adaptation of large language models"). For backbones with dense layers: transformers.

    Args:
        rank: Width of the matrices. Defaults to 8.
        epochs: Epochs of the second phase. Defaults to 5.
        learning_rate: Peak learning rate of the second phase. Defaults to 5e-4: fresh matrices take
            larger steps than pre-trained kernels.
        augment: Whether the second phase augments. Defaults to True; texts are not augmented.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    >>> [str(phase) for phase in LoRA(rank=4).phases(("embeddings", "layer1"))]
    ['linear probe', 'lora of rank 4, 5 epochs, learning rate 0.0005']
    """

    rank: int = 8
    epochs: int = 5
    learning_rate: float | None = None
    augment: bool = True

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the two phases."""
        return [
            Phase("head", linear_probe=True),
            Phase(
                "lora",
                epochs=self.epochs,
                learning_rate=self.learning_rate,
                augment=self.augment,
                lora_rank=self.rank,
            ),
        ]
