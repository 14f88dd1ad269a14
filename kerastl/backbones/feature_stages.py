"""Stages whose features the head reads."""

from collections.abc import Sequence
from typing import Any

from kerastl.backbones.backbone import Backbone
from kerastl.basics.suggest import unknown_name


def check_feature_stages(feature_stages: Any) -> None:
    """Raise a `ValueError` unless `feature_stages` is None, a name or a sequence of names."""
    names = [feature_stages] if isinstance(feature_stages, str) else feature_stages
    if names is None:
        return
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise ValueError(
            "`feature_stages` must be 'last' or names of stages. "
            f"Received: feature_stages={feature_stages!r}"
        )
    if not names or len(set(names)) < len(names):
        raise ValueError(
            "`feature_stages` must name at least one stage, and none twice. "
            f"Received: feature_stages={feature_stages!r}"
        )


def choose_feature_stages(
    feature_stages: str | Sequence[str] | None, backbone: Backbone
) -> tuple[str, ...]:
    """Check and return the stages whose features the head reads.

    Args:
        feature_stages: Names of stages, `"last"`, or None for the backbone's default.
        backbone: The backbone with these stages.

    Returns:
        Names of stages, at least one.

    Raises:
        ValueError: If a stage is unknown or named twice, or none is named.
    """
    check_feature_stages(feature_stages)
    if feature_stages is None:
        return backbone.feature_stages
    names = backbone.stage_names
    if feature_stages == "last":
        return names[-1:]
    chosen = (feature_stages,) if isinstance(feature_stages, str) else tuple(feature_stages)
    for name in chosen:
        if name not in names:
            raise unknown_name("stage", name, names)
    return chosen
