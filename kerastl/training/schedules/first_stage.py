"""The first stage that fine-tuning trains."""

from kerastl.basics.suggest import unknown_name


def first_trained_stage(stage_names: tuple[str, ...], from_stage: str | None = None) -> str:
    """Return the first stage that trains.

    Args:
        stage_names: The backbone's stages, from input to output.
        from_stage: The stage that was given. Defaults to the second stage: the first (a stem,
            an embedding table) holds general features, or most of the weights.

    Raises:
        ValueError: If the backbone has no stage of that name.

    Example:

    >>> first_trained_stage(("stem", "stage1", "stage2"))
    'stage1'
    """
    start = from_stage or stage_names[min(1, len(stage_names) - 1)]
    if start not in stage_names:
        raise unknown_name("stage", start, stage_names)
    return start
