"""The linear probe of sentences with the target's own labels, in cross-validation."""

import numpy as np
from shared_folder import minilm
from transfer.stopwatch import Stopwatch

import kerastl as ktl
from adaptation.recipe_run import accuracy
from adaptation.task import Outcome


def text_recipe() -> ktl.Recipe:
    """Make an untrained recipe."""
    return ktl.TextClassification("bert", weights=minilm())


def cross_validated(texts: list[str], labels: list[str], seed: int) -> Outcome:
    """Fit the linear probe five times, each time without the fold that it answers.

    Args:
        texts: Sentences of the target.
        labels: Their labels.
        seed: Seed of the folds and of the training.
    """
    watch = Stopwatch()
    inputs, classes = np.array(texts), np.array(labels)
    fold_of = np.random.default_rng(seed).permutation(len(classes)) % 5
    accuracies = []
    for fold in range(5):
        train, test = fold_of != fold, fold_of == fold
        recipe = text_recipe()
        chosen = list(inputs[train]), list(classes[train])
        data = ktl.data.arrays(*chosen, validation_split=0.1, seed=seed)
        recipe.fit(data, "feature_extraction", seed=seed, verbose=0)
        accuracies.append(accuracy(recipe, list(inputs[test]), classes[test]))
    return Outcome(float(np.mean(accuracies)), watch.elapsed())
