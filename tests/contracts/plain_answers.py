"""What a recipe answers, as plain values that can be compared and sent between processes."""

import dataclasses
from typing import Any

import pytest


def plain(answer: Any, path: str = "") -> dict[str, Any]:
    """Return every value inside an answer by its place, such as `probabilities/cat`."""
    if dataclasses.is_dataclass(answer):
        answer = {f.name: getattr(answer, f.name) for f in dataclasses.fields(answer)}
    if isinstance(answer, dict):
        parts = answer.items()
    elif isinstance(answer, list | tuple):
        parts = enumerate(answer)
    else:
        return {path: answer.item() if hasattr(answer, "item") else answer}
    return {k: v for name, part in parts for k, v in plain(part, f"{path}/{name}").items()}


def rounded(values: dict[str, Any], rel: float = 1e-6, abs: float = 1e-5) -> dict[str, Any]:
    """Return what equals plain values up to rounding.

    Where a process has its arrays decides in which order float32 numbers, of seven digits, are
    added; those of a regression may be in the hundreds. Another runtime adds them in another order.
    """
    return {
        place: pytest.approx(value, rel=rel, abs=abs) if isinstance(value, float) else value
        for place, value in values.items()
    }
