"""Which stages a head looks at."""

from collections.abc import Sequence

from kerastl.backbones.backbone import Backbone
from kerastl.basics.suggest import unknown_name


def choose_feature_stages(
    feature_stages: str | Sequence[str] | None, backbone: Backbone
) -> tuple[str, ...]:
    """Return the stages whose features a head sees.

    Args:
        feature_stages: Names of stages, `"last"`, or None for the backbone's own.
        backbone: Has the stages.

    Returns:
        Names of stages, at least one.

    Raises:
        ValueError: If there is no such stage, or one is named twice.
    """
    if feature_stages is None:
        return backbone.feature_stages
    names = backbone.stage_names
    if feature_stages == "last":
        return names[-1:]
    chosen = (feature_stages,) if isinstance(feature_stages, str) else tuple(feature_stages)
    for name in chosen:
        if name not in names:
            raise unknown_name("stage", name, names)
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(
            f"`feature_stages` names each stage once, at least one. Received: feature_stages={feature_stages!r}"
        )
    return chosen
