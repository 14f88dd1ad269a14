"""Choose the input and the feature stages of a recipe before its linear probe."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING

from kerastl.backbones.multiply_adds import multiply_adds
from kerastl.recipe.choosing.candidate import InputCandidates
from kerastl.recipe.choosing.choice_examples import ChoiceExamples
from kerastl.recipe.choosing.feature_pass import (
    FeaturePass,
    feature_pass,
    in_order,
    pooled_prefix,
)
from kerastl.recipe.choosing.held_out_losses import HeldOutLosses, held_out_losses
from kerastl.recipe.choosing.input_choice import InputChoice, TriedInput
from kerastl.recipe.choosing.input_search import InputSearch, Measured
from kerastl.recipe.choosing.latency import float32_latency_ms
from kerastl.recipe.choosing.limits import InputLimits
from kerastl.recipe.choosing.stage_choice import StageChoice, Stages, choose_stages

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache


# With fewer held-out losses, their standard error is itself too uncertain.
_FEWEST = 25


class TooFewExamplesError(ValueError):
    """Training examples that tell too little, such as one of each class."""


class InputChooser:
    """Choose how a recipe reads examples, and which stages its head reads.

    Candidates are compared by the losses of the linear probe on examples of the training split
    that it was not fitted on, with the same folds. Validation and test examples are not read.

    Args:
        recipe: The recipe. It does not change.
        data: The data set of the training.
        features: The feature cache. It has the features of all training examples for the chosen
            input afterwards, unless a sample was drawn.
        limits: Bounds on the choice.
        batch_size: Examples in a batch.
        seed: Seed of the sample and of the folds.
        only_stages: Whether the input stays the default. Defaults to False.
    """

    def __init__(
        self,
        recipe: RecipeContract,
        data: Dataset,
        features: OpenFeatureCache,
        limits: InputLimits,
        batch_size: int,
        seed: int,
        *,
        only_stages: bool = False,
    ) -> None:
        self._plain = copy.copy(recipe)
        self._plain.without_model()
        self._plain.prepare(data.train)
        self._chooses_stages = recipe.chooses_stages and len(recipe.feature_stages) > 1
        self._class_names = data.class_names
        self._features = features
        self._batch_size = batch_size
        self._seed = seed
        self._offered = self._plain.input_candidates(data.train, limits.max_pixels)
        if only_stages:
            self._offered = InputCandidates.only(self._offered.default, "the default")
        several = len(self._offered.candidates) > 1
        self._examples = ChoiceExamples.of(data, seed, several=several)
        self._built: dict[int, RecipeContract] = {}
        self._passes: dict[int, FeaturePass] = {}
        self._search = InputSearch(
            self._offered,
            limits,
            self._measure,
            lambda number: float32_latency_ms(self._recipe(number)),
            self._examples.further_passes,
        )

    @property
    def has_choice(self) -> bool:
        """Whether there are several inputs, or several lists of stages."""
        return len(self._offered.candidates) > 1 or self._chooses_stages

    def choose(self) -> tuple[InputChoice, RecipeContract]:
        """Choose the stages for the default input, and then the input with these stages.

        Returns:
            The choice with its evidence, and a copy of the recipe with a model for it.

        Raises:
            TooFewExamplesError: If fewer than 25 examples can be held out.
        """
        begun = time.perf_counter()
        first = self._search.first()
        stages = self._choose_stages(first)
        chosen = self._search.run(first)
        self._keep(chosen)
        candidate = self._offered.candidates[chosen]
        criterion = self._recipe(chosen).criterion
        choice = InputChoice(
            settings=dict(candidate.settings),
            name=candidate.name,
            reason=self._reason(first, chosen),
            feature_stages=stages.chosen,
            stages_reason=stages.reason,
            metric_name=criterion.validation_metric.replace("_", " "),
            examples=len(self._examples.rows),
            inputs=self._search.rows(first),
            stages=_stage_rows(stages),
            notes=(*self._offered.notes, *self._examples.notes, *self._search.notes(chosen)),
            seconds=time.perf_counter() - begun,
        )
        return choice, self._recipe(chosen)

    def _recipe(self, number: int) -> RecipeContract:
        """Return a copy of the recipe with a model for a candidate."""
        if number not in self._built:
            made = copy.copy(self._plain)
            made.read_as(self._offered.candidates[number].settings)
            made.build(self._class_names)
            self._built[number] = made
        return self._built[number]

    def _measure(self, number: int) -> Measured:
        start = time.perf_counter()
        recipe = self._recipe(number)
        data, is_sample = self._examples.data, self._examples.is_sample
        self._passes[number] = feature_pass(
            recipe, data, self._batch_size, self._features, is_sample=is_sample
        )
        held_out = self._held_out(number, recipe.feature_stages)
        return Measured(held_out, multiply_adds(recipe.model), time.perf_counter() - start)

    def _held_out(self, number: int, stages: Stages) -> HeldOutLosses:
        computed, rows = self._passes[number], self._examples.rows
        found = held_out_losses(
            self._plain.criterion,
            [computed.features[stage][rows] for stage in stages],
            computed.targets[rows],
            len(self._class_names),
            self._seed,
            self._examples.groups,
        )
        if found is None or len(found.losses) < _FEWEST:
            raise TooFewExamplesError(
                f"cross-validation needs at least {_FEWEST} training examples, and two of a class. "
                f"Received: {self._examples.data.train!r}"
            )
        return found

    def _choose_stages(self, number: int) -> StageChoice:
        default, known = self._plain.feature_stages, self._search.measured[number]
        if not self._chooses_stages:
            return StageChoice(default, default, {default: known.held_out})

        def measure(stages: Stages) -> HeldOutLosses:
            return known.held_out if stages == default else self._held_out(number, stages)

        choice = choose_stages(default, measure)
        if choice.chosen != default:
            self._plain.read_stages(choice.chosen)
            del self._built[number]
            held_out, model = choice.measured[choice.chosen], self._recipe(number).model
            self._search.measured[number] = Measured(held_out, multiply_adds(model), known.seconds)
        return choice

    def _keep(self, number: int) -> None:
        """Leave the features of the chosen candidate in the cache, for its linear probe."""
        computed = self._passes[number]
        self._features.begin_phase()
        if not self._examples.is_sample:
            prefix, stages = pooled_prefix(self._recipe(number))
            ordered = in_order(self._recipe(number), self._examples.data, self._batch_size)
            arrays = {name: computed.features[stage] for stage, name in stages.items()}
            self._features.hold(prefix, ordered, arrays)

    def _reason(self, first: int, chosen: int) -> str:
        if self._offered.why_one is not None:
            return self._offered.why_one
        default = self._offered.candidates[first].name
        known = self._search.measured
        if chosen != first:
            gain = known[first].held_out.minus(known[chosen].held_out)
            factor = known[chosen].computation / known[first].computation
            return (
                f"the cross-validated loss is {gain.mean:.3f} ± {gain.error:.3f} lower than at "
                f"{default}, for {factor:.2f} times the computation"
            )
        best = min(known, key=lambda number: known[number].held_out.mean)
        if len(known) == 1:
            return "no other one could be tried"
        if best == first:
            return "no other one that was tried has a lower cross-validated loss"
        gain = known[first].held_out.minus(known[best].held_out)
        return (
            f"the cross-validated loss at {self._offered.candidates[best].name} is not clearly "
            f"lower ({gain.mean:.3f} ± {gain.error:.3f})"
        )


def _stage_rows(choice: StageChoice) -> list[TriedInput]:
    rows = []
    for stages, found in choice.measured.items():
        apart = found.minus(choice.measured[choice.default])
        name = ", ".join(stages)
        rows.append(TriedInput(name, found.mean, apart.mean, apart.error, found.metric))
    return rows
