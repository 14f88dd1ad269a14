"""Pseudo-labels: labels that a model predicts for target examples and then trains on."""

from dataclasses import dataclass

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.subset_probe import PSEUDO_PENALTY, SubsetProbe


@dataclass
class PseudoLabels:
    """Assign pseudo-labels to target examples by the rules of a method.

    Args:
        method: The method, which chooses labels in each round.
        unlabelled: Row indices of the examples to label.

    Attributes:
        cross_fitted: Rows with the pseudo-labels that the last linear probe was fitted on; None
            before the first one.
    """

    method: AdaptationMethod
    unlabelled: np.ndarray
    cross_fitted: DomainRows | None = None

    def given(self, rows: DomainRows, view: DomainFeatures, round_number: int) -> DomainRows:
        """Return rows with the pseudo-labels of one round.

        Args:
            rows: Labels and weights of all other examples.
            view: Features and probabilities of the unlabelled examples.
            round_number: Number of the round, from 1.
        """
        labels = self.method.target_labels(view, round_number)
        weights = np.full(len(labels), self.method.pseudo_weight, "float32")
        return rows.relabelled(self.unlabelled, labels).weighted(self.unlabelled, weights)

    def fit_probe(
        self, head: SubsetProbe, rows: DomainRows, target: np.ndarray, classes: int, seed: int
    ) -> None:
        """Fit a linear probe on pseudo-labels, in several rounds.

        Between rounds, each example is labelled by probes that were fitted without it.

        Args:
            head: The probe, whose current weights predict the first labels.
            rows: Labels and weights of all other examples.
            target: Row indices of all target examples, including those with true labels.
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
