"""Measure the weights of one training in several variants, which train nothing further."""

from dataclasses import dataclass

import keras
import numpy as np

import kerastl as ktl
from kerastl.training.selection.interpolation import best_interpolation, mixed
from kerastl.training.selection.soup import greedy_soup

VARIANTS = ("best", "soup", "interpolated", "soup, interpolated", "refitted", "halfway, refitted")


@dataclass(frozen=True)
class Answers:
    """What weights answer on the validation and the test part.

    Attributes:
        losses: Loss of each validation example, as `BestWeights` compares it.
        validation: Accuracy.
        test: Accuracy.
        note: Epoch, or share of the tuned weights.
    """

    losses: np.ndarray
    validation: float
    test: float
    note: str = ""

    @property
    def loss(self) -> float:
        """The mean validation loss."""
        return float(self.losses.mean())


class Variants:
    """Measures weights of a recipe's model.

    Args:
        recipe: The trained recipe.
        data: Its data set, which is read once.
        seed: Seed of the folds of a probe.
    """

    def __init__(self, recipe: ktl.Recipe, data: ktl.data.Dataset, seed: int) -> None:
        self._recipe, self._seed, self._classes = recipe, seed, len(data.class_names)
        splits = {"train": data.train, "validation": data.validation, "test": data.test}
        self._batches = {
            name: list(recipe.batches(split).as_numpy_iterator()) for name, split in splits.items()
        }
        self._labels = {
            name: np.concatenate([labels for _, labels in rows])
            for name, rows in self._batches.items()
        }
        pooled = keras.tree.flatten(recipe.model.get_layer("pooling").input)
        self._encoder = keras.Model(recipe.model.input, pooled)

    def all_of(self, first: list, epochs: list[list]) -> dict[str, Answers]:
        """Return all variants by name, with those of the probe."""
        found = {"probe": self.of(first)}
        answers = [self.of(weights) for weights in epochs]
        losses = [each.loss for each in answers]
        best = int(np.argmin(losses))
        tuned = epochs[best]
        found["best"] = _noted(answers[best], f"epoch {best + 1}")
        chosen, soup = greedy_soup(epochs, losses, self._measured)
        found["soup"] = _noted(soup or answers[best], f"epochs {[each + 1 for each in chosen]}")
        found["interpolated"] = self._between(first, tuned, found["best"])
        means = [
            np.mean([epochs[i][position] for i in chosen], axis=0).astype(weight.dtype)
            for position, weight in enumerate(tuned)
        ]
        found["soup, interpolated"] = self._between(first, means, found["soup"])
        found["refitted"] = self.refitted(tuned)
        halfway = [mixed(a, b, 0.5) for a, b in zip(first, tuned, strict=True)]
        found["halfway, refitted"] = self.refitted(halfway)
        return found

    def of(self, weights: list[np.ndarray]) -> Answers:
        """Measure weights as they are."""
        self._recipe.model.set_weights(weights)
        model = self._recipe.model
        return self._judged({name: self._run(name, model)[0] for name in ("validation", "test")})

    def refitted(self, weights: list[np.ndarray]) -> Answers:
        """Fit a linear probe on the features that weights give, and measure that."""
        self._recipe.model.set_weights(weights)
        rows = {
            name: np.concatenate(self._run(name, self._encoder), axis=1) for name in self._batches
        }
        centre, scale = rows["train"].mean(axis=0), rows["train"].std(axis=0) + 1e-6
        rows = {name: ((part - centre) / scale).astype("float32") for name, part in rows.items()}
        criterion = self._recipe.criterion
        probe = criterion.fit_probe(rows["train"], self._labels["train"], self._classes, self._seed)
        scores = {
            name: criterion.activate(rows[name] @ probe.kernel + probe.bias)
            for name in ("validation", "test")
        }
        return self._judged(scores)

    def _between(self, first: list, tuned: list, whole: Answers) -> Answers:
        share, mixture = best_interpolation(first, tuned, whole.loss, self._measured)
        return _noted(mixture or whole, f"share {share:g}")

    def _measured(self, weights: list[np.ndarray]) -> tuple[float, Answers]:
        answers = self.of(weights)
        return answers.loss, answers

    def _run(self, name: str, model: keras.Model) -> list[np.ndarray]:
        outputs = [model.predict_on_batch(inputs) for inputs, _ in self._batches[name]]
        columns = zip(*(keras.tree.flatten(each) for each in outputs), strict=True)
        return [np.concatenate(column) for column in columns]

    def _judged(self, scores: dict[str, np.ndarray]) -> Answers:
        losses = self._recipe.criterion.losses(scores["validation"], self._labels["validation"])
        accuracy = {
            name: float((each.argmax(axis=1) == self._labels[name]).mean())
            for name, each in scores.items()
        }
        return Answers(losses, **accuracy)


def _noted(answers: Answers, note: str) -> Answers:
    return Answers(answers.losses, answers.validation, answers.test, note)
