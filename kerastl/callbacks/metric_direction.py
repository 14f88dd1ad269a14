"""Whether a metric is better if it is higher or lower, by its name."""

import re

_LOWER_IS_BETTER = re.compile(r"loss|error|mse|mae|perplexity|divergence")
_HIGHER_IS_BETTER = re.compile(r"acc|auc|precision|recall|f1|f_?beta|fbeta|r2|iou|map\d*|agreement")


def metric_direction(name: str) -> str | None:
    """Return `"min"` or `"max"` for the name of a metric, or None if it is not known.

    Example:

    >>> metric_direction("val_loss"), metric_direction("val_map50"), metric_direction("lambda")
    ('min', 'max', None)
    """
    if _LOWER_IS_BETTER.search(name):
        return "min"
    return "max" if _HIGHER_IS_BETTER.search(name) else None
