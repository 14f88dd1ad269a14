"""Which stages a head looks at."""

from collections.abc import Sequence

from kerastl.backbones.backbone import Backbone
from kerastl.basics.suggest import unknown_name


def choose_taps(taps: str | Sequence[str] | None, backbone: Backbone) -> tuple[str, ...]:
    """Return the stages whose features a head sees.

    Args:
        taps: Names of stages, `"last"`, or None for the backbone's own.
        backbone: Has the stages.

    Returns:
        Names of stages, at least one.

    Raises:
        ValueError: If there is no such stage, or one is named twice.
    """
    if taps is None:
        return backbone.taps
    names = backbone.stage_names
    if taps == "last":
        return names[-1:]
    chosen = (taps,) if isinstance(taps, str) else tuple(taps)
    for name in chosen:
        if name not in names:
            raise unknown_name("stage", name, names)
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"`taps` names each stage once, at least one. Received: taps={taps!r}")
    return chosen
