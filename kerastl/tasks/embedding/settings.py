"""The check of the settings of an embedding."""

from typing import Any

from kerastl.basics.arguments import check_count, check_flag, check_optional, check_text


def check_settings(stage: Any, normalize: Any, sequence_length: Any) -> None:
    """Raise a `ValueError` for a setting of another type or out of its range.

    Args:
        stage: As for `Embedding`, and so are the others.
        normalize: Whether vectors have length 1.
        sequence_length: Number of tokens.
    """
    check_optional(check_text, "stage", stage)
    check_flag("normalize", normalize)
    check_optional(check_count, "sequence_length", sequence_length)
