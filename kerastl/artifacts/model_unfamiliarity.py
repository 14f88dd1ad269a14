"""The model's own score of unknown inputs on held-out examples."""

import keras
import numpy as np

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.heads.unfamiliarity import UNFAMILIARITY, with_unfamiliarity

_BATCH = 32


def unfamiliarity_of(exportable: Exportable, examples: HeldOut) -> np.ndarray | None:
    """Return the score of each example, shape `(N,)`; None if the model has no such score."""
    if exportable.unknown is None:
        return None
    model = with_unfamiliarity(exportable.model, exportable.unknown.unfamiliarity)
    score = keras.Model(model.inputs, model.output[UNFAMILIARITY])
    return np.asarray(score.predict(examples.inputs, batch_size=_BATCH, verbose=0))
