"""The weights of the source-only baseline of an adaptation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np

from kerastl.adaptation.adapt_and_compare import AdaptationRun


@contextmanager
def first_trained(weights: Callable[[], Sequence[np.ndarray]]) -> Iterator[list[np.ndarray]]:
    """Keep the weights that a model has when the source-only baseline of an adaptation is trained.

    Args:
        weights: Returns the weights that the model has now.

    Yields:
        A list, filled with the weights of the baseline.
    """
    kept: list[np.ndarray] = []
    train = AdaptationRun.train_baseline

    def noted(self, model):
        made = train(self, model)
        kept.extend(np.array(each) for each in weights())
        return made

    with patch.object(AdaptationRun, "train_baseline", noted):
        yield kept
