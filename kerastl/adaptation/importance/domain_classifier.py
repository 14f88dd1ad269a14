"""A cross-validated linear classifier of source and target."""

import numpy as np

from kerastl.basics.blas_threads import blas_threads
from kerastl.training.linear_probe.multinomial import (
    Rotation,
    Solution,
    fit_multinomial,
    log_losses,
)

# From strong to weak, as C in scikit-learn; each solution starts the next fit. The held-out loss
# has one minimum along them and weak penalties are the slowest, so the search ends once it rises.
_PENALTIES = np.logspace(-4, 2, 7)
_FOLDS = 5


def held_out_log_odds(
    source: np.ndarray, target: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return cross-validated log odds of target against source.

    The classifier is a logistic regression. Examples are weighted so that both domains have the
    same total. Each example is scored by the model fitted on the other folds, since with more
    features than examples a classifier separates any two samples that it was fitted on. The
    penalty has the lowest held-out log-loss.

    Args:
        source: Shape `(source examples, features)`, at least two examples.
        target: Shape `(target examples, features)`, at least two examples.
        seed: Seed of the folds.

    Returns:
        Log odds of the source examples and of the target examples, in nats.
    """
    from sklearn.model_selection import StratifiedKFold

    rows = _uncorrelated(np.concatenate([source, target]))
    labels = np.repeat([0, 1], [len(source), len(target)])
    weights = len(labels) / (2.0 * np.bincount(labels))[labels]
    rotation = Rotation(None, np.square(rows).mean(axis=0, dtype="float64"))
    folds = StratifiedKFold(min(_FOLDS, len(source), len(target)), shuffle=True, random_state=seed)
    parts = list(folds.split(labels, labels))
    starts: list[Solution | None] = [None] * len(parts)
    log_odds: list[np.ndarray] = []
    losses: list[float] = []
    for penalty in _PENALTIES:
        logits = np.empty((len(labels), 2))
        for number, (train, test) in enumerate(parts):
            fit = (rows[train], labels[train], weights[train])
            found = fit_multinomial(*fit, 2, float(penalty), rotation, starts[number])
            starts[number] = found
            logits[test] = rows[test] @ found.kernel + found.bias
        log_odds.append(logits[:, 1] - logits[:, 0])
        losses.append(float(np.average(log_losses(logits, labels), weights=weights)))
        if losses[-1] > min(losses):
            break
    best = log_odds[int(np.argmin(losses))]
    return best[: len(source)], best[len(source) :]


def _uncorrelated(rows: np.ndarray) -> np.ndarray:
    """Return rows that are centred, scaled to unit root mean square and rotated to principal axes.

    A rotation does not change the penalised solution. There are at most as many axes as rows, so
    wide features cost no more than the number of examples.
    """
    from scipy.linalg import eigh

    centred = (rows - rows.mean(axis=0, dtype="float64")).astype("float32")
    centred /= float(np.sqrt(np.square(centred).mean(dtype="float64"))) or 1.0
    wide = len(rows) < rows.shape[1]
    # More threads are slower here: synchronisation costs more than it saves.
    with blas_threads(1):
        squares, axes = eigh(centred @ centred.T if wide else centred.T @ centred, driver="evd")
    turned: np.ndarray = axes * np.sqrt(np.maximum(squares, 0.0)) if wide else centred @ axes
    return turned
