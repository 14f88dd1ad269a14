"""Labels that a model gives to the target examples it then trains on."""

from dataclasses import dataclass

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.subset_probe import PSEUDO_PENALTY, SubsetProbe


@dataclass
class PseudoLabels:
    """Label target examples as a method says.

    Args:
        method: Chooses labels, round by round.
        unlabelled: Numbers of the examples that get them.

    Attributes:
        cross_fitted: Rows with the labels of the last linear probe; None before the first.
    """

    method: AdaptationMethod
    unlabelled: np.ndarray
    cross_fitted: DomainRows | None = None

    def given(self, rows: DomainRows, view: DomainFeatures, round_number: int) -> DomainRows:
        """Return rows with the labels of one round.

        Args:
            rows: Labels and weights of all other examples.
            view: What the model makes of the unlabelled ones.
            round_number: From 1.
        """
        labels = self.method.target_labels(view, round_number)
        weights = np.full(len(labels), self.method.pseudo_weight, "float32")
        return rows.relabelled(self.unlabelled, labels).weighted(self.unlabelled, weights)

    def fit_probe(
        self, head: SubsetProbe, rows: DomainRows, target: np.ndarray, classes: int, seed: int
    ) -> None:
        """Solve a head on the labels of every round in turn.

        In between, each example is labelled by heads that have not seen its own label.

        Args:
            head: Gives the first labels as it is.
            rows: Labels and weights of all other examples.
            target: Numbers of all target examples, those with true labels among them.
            classes: Number of classes.
            seed: Seed of the folds.
        """
        features = head.features(self.unlabelled)[0 : len(self.unlabelled)]
        shares = head.probabilities(self.unlabelled)
        for number in range(1, self.method.rounds + 1):
            labelled = self.given(rows, DomainFeatures(features, shares), number)
            shares = head.cross_fitted(labelled, self.unlabelled, classes, seed + number)
        labelled = self.given(rows, DomainFeatures(features, shares), self.method.rounds)
        known = target[labelled.labels[target] != UNKNOWN]
        head.fit_probe(labelled, known, classes, seed, PSEUDO_PENALTY)
        self.cross_fitted = labelled
