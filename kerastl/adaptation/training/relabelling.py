"""The callback that updates pseudo-labels at the start of every round."""

from typing import Any

import keras

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.training.adapted_model import AdaptedModel
from kerastl.adaptation.training.feature_reader import FeatureReader
from kerastl.adaptation.training.pseudo_labels import PseudoLabels


class Relabelling(keras.callbacks.Callback):
    """Label target examples with the current model at the start of every round.

    Args:
        adapted: The model whose rows get the labels.
        rows: Labels and weights of all other examples.
        pseudo: Assigns the pseudo-labels.
        reader: Computes features and probabilities of the unlabelled examples.
        first_epoch: Number of the phase's first epoch, counted over all phases.
        epochs: Number of epochs of the phase.
    """

    def __init__(
        self,
        adapted: AdaptedModel,
        rows: DomainRows,
        pseudo: PseudoLabels,
        reader: FeatureReader,
        first_epoch: int,
        epochs: int,
    ) -> None:
        super().__init__()
        self._adapted, self._rows, self._pseudo, self._reader = adapted, rows, pseudo, reader
        rounds = min(pseudo.method.rounds, epochs)
        starts = (epochs * number // rounds for number in range(rounds))
        self._round_at = {first_epoch + start: number for number, start in enumerate(starts, 1)}

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Label the examples if a round starts."""
        if epoch not in self._round_at:
            return
        seen = self._reader.read(self._pseudo.unlabelled)
        self._adapted.set_rows(self._pseudo.given(self._rows, seen, self._round_at[epoch]))
