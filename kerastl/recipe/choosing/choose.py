"""Choose the input and the feature stages of a recipe before its linear probe."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kerastl.backbones.multiply_adds import multiply_adds
from kerastl.basics.progress import Advance, part
from kerastl.recipe.choosing.alternatives import AlternativeChoice, read_with
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
from kerastl.recipe.choosing.scope import ChoiceScope
from kerastl.recipe.choosing.stage_choice import StageChoice, Stages, choose_stages, stage_lists

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.choosing.candidate import InputCandidate
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache


# With fewer held-out losses, their standard error is itself too uncertain.
_FEWEST = 25
# Units of progress: a pass takes far longer than a probe on features that are known.
_PASS, _PROBE = 100, 10


class TooFewExamplesError(ValueError):
    """Training examples that tell too little, such as one of each class."""


_NOT_COMPARED = "the default; ProbeGuidedFineTune(compare_sizes=True) compares others"


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
        scope: What may be chosen.
    """

    def __init__(
        self,
        recipe: RecipeContract,
        data: Dataset,
        features: OpenFeatureCache,
        limits: InputLimits,
        batch_size: int,
        seed: int,
        scope: ChoiceScope,
    ) -> None:
        self._plain = copy.copy(recipe)
        self._plain.without_model()
        self._plain.prepare(data.train)
        self._chooses_stages = (
            scope.stages and recipe.chooses_stages and len(recipe.feature_stages) > 1
        )
        self._class_names = data.class_names
        self._features = features
        self._batch_size = batch_size
        self._seed = seed
        self._offered = self._plain.input_candidates(data.train, limits.max_pixels)
        if not scope.sizes:
            self._offered = self._offered.with_default_only(_NOT_COMPARED)
        if not scope.truncation:
            self._offered = InputCandidates.only(self._offered.default, "the default")
        self._examples = ChoiceExamples.of(data, seed, several=self._offered.has_choice)
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
        return self._offered.has_choice or self._chooses_stages

    @property
    def title(self) -> str:
        """What is chosen, as the name of a step."""
        if not self._offered.has_choice:
            return "Choosing the feature stages"
        both = " and the feature stages" if self._chooses_stages else ""
        return f"Choosing the input{both}"

    @property
    def units(self) -> int:
        """Units of progress if everything is tried."""
        passes = len(self._offered.candidates) + max(1, len(self._offered.alternatives)) - 1
        lists = len(stage_lists(self._plain.feature_stages)) if self._chooses_stages else 1
        return _PASS * passes + _PROBE * (lists - 1)

    def choose(self, advance: Advance) -> tuple[InputChoice, RecipeContract]:
        """Choose stages and alternative for the default input, and then the input with them.

        Args:
            advance: Function that is called with units of progress.

        Returns:
            The choice with its evidence, and a copy of the recipe with a model for it.

        Raises:
            TooFewExamplesError: If fewer than 25 examples can be held out.
        """
        begun = time.perf_counter()
        self._advance = advance
        first = self._search.first()
        stages = self._choose_stages(first)
        alternative = self._choose_alternative(first)
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
            stages=_rows(
                {", ".join(names): found for names, found in stages.measured.items()},
                ", ".join(stages.default),
            ),
            alternative=alternative.chosen,
            alternatives=_rows(alternative.measured, alternative.default),
            notes=(
                *alternative.reasons,
                *self._offered.notes,
                *self._examples.notes,
                *self._search.notes(chosen),
            ),
            seconds=time.perf_counter() - begun,
        )
        return choice, self._recipe(chosen)

    def _recipe(self, number: int) -> RecipeContract:
        """Return a copy of the recipe with a model for a candidate."""
        if number not in self._built:
            self._built[number] = self._made(self._offered.candidates[number])
        return self._built[number]

    def _made(self, candidate: InputCandidate) -> RecipeContract:
        made = copy.copy(self._plain)
        made.read_as(candidate.settings)
        made.build(self._class_names)
        return made

    def _measure(self, number: int) -> Measured:
        start = time.perf_counter()
        self._passes[number], measured = self._measured(self._recipe(number))
        return replace(measured, seconds=time.perf_counter() - start)

    def _measured(self, recipe: RecipeContract) -> tuple[FeaturePass, Measured]:
        start = time.perf_counter()
        data, is_sample = self._examples.data, self._examples.is_sample
        with part(self._advance, _PASS):
            computed = feature_pass(
                recipe, data, self._batch_size, self._features, is_sample=is_sample
            )
            held_out = self._held_out(computed, recipe.feature_stages)
        seconds = time.perf_counter() - start
        return computed, Measured(held_out, _computation(recipe), seconds)

    def _held_out(self, computed: FeaturePass, stages: Stages) -> HeldOutLosses:
        rows = self._examples.rows
        found = held_out_losses(
            self._plain.criterion,
            [array[rows] for stage in stages for array in computed.features[stage]],
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
            if stages == default:
                return known.held_out
            with part(self._advance, _PROBE):
                return self._held_out(self._passes[number], stages)

        choice = choose_stages(default, measure)
        if choice.chosen != default:
            self._plain.read_stages(choice.chosen)
            del self._built[number]
            held_out, computation = (
                choice.measured[choice.chosen],
                _computation(self._recipe(number)),
            )
            self._search.measured[number] = Measured(held_out, computation, known.seconds)
        return choice

    def _choose_alternative(self, number: int) -> AlternativeChoice:
        """Choose how all candidates are read at their computation, by the default candidate."""
        offered, known = self._offered, self._search.measured[number]
        default, *others = offered.alternatives or (offered.candidates[number],)
        tried = {}
        for each in others:
            if not self._search.has_time_for(number):
                break
            read = read_with(offered, each)
            recipe = self._made(read.candidates[number])
            tried[each.name] = read, recipe, *self._measured(recipe)
        losses = {name: measured.held_out for name, (*_, measured) in tried.items()}
        choice = AlternativeChoice({default.name: known.held_out, **losses} if losses else {})
        if choice.chosen in tried:
            self._offered, recipe, computed, measured = tried[choice.chosen]
            self._search.candidates = self._offered
            self._built, self._passes = {number: recipe}, {number: computed}
            self._search.measured[number] = replace(measured, seconds=known.seconds)
        return choice

    def _keep(self, number: int) -> None:
        """Leave the features of the chosen candidate in the cache, for its linear probe."""
        computed = self._passes[number]
        self._features.begin_phase()
        if not self._examples.is_sample:
            prefix, stages = pooled_prefix(self._recipe(number))
            ordered = in_order(self._recipe(number), self._examples.data, self._batch_size)
            arrays = {
                name: array
                for stage, names in stages.items()
                for name, array in zip(names, computed.features[stage], strict=True)
            }
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


def _computation(recipe: RecipeContract) -> float:
    # A transformer's computation is almost in proportion to its tokens.
    tokens = recipe.input_arguments().get("sequence_length")
    return float(multiply_adds(recipe.model) if tokens is None else tokens)


def _rows(measured: Mapping[str, HeldOutLosses], default: str) -> list[TriedInput]:
    rows = []
    for name, found in measured.items():
        apart = found.minus(measured[default])
        rows.append(TriedInput(name, found.mean, apart.mean, apart.error, found.metric))
    return rows
