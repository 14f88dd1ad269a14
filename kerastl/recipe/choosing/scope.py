"""What a training may choose about its input and its head."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChoiceScope:
    """What may be chosen before a training.

    Attributes:
        sizes: Whether image sizes and sequence lengths besides the default are compared. Defaults
            to False.
        truncation: Whether ways to shorten long texts are compared. Defaults to True.
        stages: Whether the stages that the head reads are chosen. Defaults to True.
    """

    sizes: bool = False
    truncation: bool = True
    stages: bool = True
