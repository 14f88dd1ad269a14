"""What an adaptation has to gain over its baseline."""

from collections.abc import Sequence

import numpy as np

from adaptation.results import Results


def missed_gains(
    results: Results,
    pairs: Sequence[str],
    methods: Sequence[str],
    least: float,
    *,
    or_doubted: bool = False,
) -> list[str]:
    """Name the pairs on which the best method gains too little.

    Args:
        results: Those of one task.
        pairs: All pairs.
        methods: Of which one has to reach it.
        least: Accuracy over the baseline's, in the mean over seeds.
        or_doubted: Whether a method that gains less may call it *no evidence* or *harmed* in most
            seeds instead. Defaults to False.
    """
    found = []
    for pair in pairs:
        gains, doubted = {}, False
        for method in methods:
            own = results.select(method, pair)
            if not own:
                continue
            gains[method] = float(np.mean([each.accuracy - each.baseline_accuracy for each in own]))
            doubts = sum(each.verdict != "helped" for each in own)
            doubted = doubted or doubts > len(own) / 2
        if not gains:
            found.append(f"{pair}, {' or '.join(methods)}: not measured yet")
            continue
        best = max(gains, key=gains.__getitem__)
        if gains[best] < least and not (or_doubted and doubted):
            found.append(
                f"{pair}: {best} is {gains[best]:+.3f} over the baseline, not +{least:.3f}"
            )
    return found
