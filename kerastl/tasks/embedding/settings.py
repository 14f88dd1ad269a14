"""The check of the settings of an embedding."""

from typing import Any

from kerastl.backbones.backbone import Backbone
from kerastl.backbones.hub.truncation import TRUNCATIONS
from kerastl.basics.arguments import (
    check_choice,
    check_count,
    check_flag,
    check_optional,
    check_text,
)


def check_settings(stage: Any, normalize: Any, sequence_length: Any, truncation: Any) -> None:
    """Raise a `ValueError` for a setting of another type or out of its range.

    Args:
        stage: As for `Embedding`, and so are the others.
        normalize: Whether vectors have length 1.
        sequence_length: Number of tokens.
        truncation: Name of a truncation.
    """
    check_optional(check_text, "stage", stage)
    check_flag("normalize", normalize)
    check_optional(check_count, "sequence_length", sequence_length)
    check_choice("truncation", truncation, TRUNCATIONS)


def checked_length(sequence_length: int | None, backbone: Backbone) -> int | None:
    """Return the number of tokens of a text, by default the largest of the backbone.

    Args:
        sequence_length: As for `Embedding`.
        backbone: The backbone that reads the tokens.

    Raises:
        ValueError: If the backbone reads fewer tokens.
    """
    limit = backbone.max_sequence_length
    if limit is not None and (sequence_length or 0) > limit:
        raise ValueError(
            f"{backbone!r} reads at most {limit} tokens. "
            f"Received: sequence_length={sequence_length}"
        )
    return sequence_length or limit
