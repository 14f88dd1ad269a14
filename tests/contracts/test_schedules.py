"""The contract of schedules: in each phase exactly what the table names moves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.phases.phase import Phase
from tests.contracts.moved import Watch, kinds_by_name, variables_by_name
from tests.contracts.small_families import build, examples

pytestmark = pytest.mark.both_backends

# Enough for every weight that trains to move in three updates, and too little for logits so
# large that the loss has no gradient any more.
_RATE = 1e-4

SCHEDULES = {
    "FeatureExtraction": ktl.schedules.FeatureExtraction(),
    "LinearProbeThenFineTune": ktl.schedules.LinearProbeThenFineTune(learning_rate=_RATE),
    "GradualUnfreeze": ktl.schedules.GradualUnfreeze(learning_rate=_RATE),
    "OneCycleFineTune": ktl.schedules.OneCycleFineTune(learning_rate=_RATE),
    "FullFineTune": ktl.schedules.FullFineTune(learning_rate=_RATE),
    "LoRA": ktl.schedules.LoRA(rank=2, learning_rate=_RATE),
    "BiTHyperRule": ktl.schedules.BiTHyperRule(learning_rate=_RATE),
    "HeadThenFineTune": ktl.schedules.HeadThenFineTune(learning_rate=_RATE),
    "JointFineTune": ktl.schedules.JointFineTune(learning_rate=_RATE),
    "a user's": [
        Phase("last:2", 1, _RATE, keep="last", augment=True, freeze_batch_norm=False),
        Phase("head", linear_probe=True),
        Phase("last:1", 1, _RATE, keep="last", freeze_batch_norm=False),
    ],
}

# What moves in each phase: a letter for every stage, from input to output, and after the bar
# one for the head. Whatever a letter does not name keeps every bit.
#   .  nothing
#   w  weights but those of batch normalization; states of random generators, as dropout is on
#   n  the same, and batch normalization: gamma, beta, moving mean, moving variance
#   l  kernels that get low-rank matrices; states of random generators
#   s  (head) its weights, and centre and scale of the pooled features, but no random state
TABLE = {
    "tiny": {
        "FeatureExtraction": "...|s",
        "LinearProbeThenFineTune": "...|s .ww|w",
        "GradualUnfreeze": "...|s ..w|w .ww|w www|w",
        "OneCycleFineTune": "...|w www|w",
        "FullFineTune": "www|w",
        "LoRA": "refused",
        "BiTHyperRule": "www|w",
        "HeadThenFineTune": "...|w .ww|w",
        "JointFineTune": ".ww|w",
        "a user's": ".nn|w ...|s ..n|w",
    },
    "mobilenet_v2": {
        "FeatureExtraction": "...|s",
        "LinearProbeThenFineTune": "...|s .ww|w",
        "GradualUnfreeze": "...|s ..w|w .ww|w www|w",
        "OneCycleFineTune": "...|w www|w",
        "FullFineTune": "www|w",
        "LoRA": "refused",
        "BiTHyperRule": "www|w",
        "HeadThenFineTune": "...|w .ww|w",
        "JointFineTune": ".ww|w",
        "a user's": ".nn|w ...|s ..n|w",
    },
    "bert": {
        "FeatureExtraction": "..|s",
        "LinearProbeThenFineTune": "..|s .w|w",
        "GradualUnfreeze": "..|s .w|w ww|w",
        "OneCycleFineTune": "..|w ww|w",
        "FullFineTune": "ww|w",
        "LoRA": "..|s .l|w",
        "BiTHyperRule": "ww|w",
        "HeadThenFineTune": "..|w .w|w",
        "JointFineTune": ".w|w",
        "a user's": "nn|w ..|s .n|w",
    },
    "gpt2": {
        "FeatureExtraction": "...|s",
        "LinearProbeThenFineTune": "...|s .ww|w",
        "GradualUnfreeze": "...|s ..w|w .ww|w www|w",
        "OneCycleFineTune": "...|w www|w",
        "FullFineTune": "www|w",
        "LoRA": "...|s .l.|w",
        "BiTHyperRule": "www|w",
        "HeadThenFineTune": "...|w .ww|w",
        "JointFineTune": ".ww|w",
        "a user's": ".nn|w ...|s ..n|w",
    },
}
STAGES = {
    "tiny": ("stage1", "stage2", "stage3"),
    "mobilenet_v2": ("stem", "stage1", "stage2"),
    "bert": ("embeddings", "layer1"),
    "gpt2": ("embeddings", "layer1", "top"),
}
KINDS = {
    ".": set(),
    "w": {"weight", "random"},
    "n": {"weight", "random", "norm", "statistic"},
    "l": {"low rank", "random"},
    "s": {"weight", "scaling"},
}
LOW_RANK = {
    "bert": r"/(query|value)/kernel$",
    "gpt2": r"/(query|value)/kernel$",
}
# Weights with no gradient but rounding errors, which may move or not: by family and letter.
NO_GRADIENT = {
    # Adds the same to all scores of one query, and softmax takes that out again.
    ("bert", "w"): r"/key/bias$",
    ("bert", "n"): r"/key/bias$",
    ("gpt2", "w"): r"/key/bias$",
    ("gpt2", "n"): r"/key/bias$",
    # Batch normalization behind it takes out the mean of the batch.
    ("tiny", "n"): r"conv2d(_\d+)?/bias$",
}


@dataclass(frozen=True)
class Unjudged:
    """A schedule with one epoch a phase, whose outcome no validation split undoes.

    Weight decay is off, as it would move a weight that no gradient reaches.
    """

    schedule: Any

    def phases(self, stage_names: tuple[str, ...], examples: Any = None) -> list[Phase]:
        return [
            replace(phase, epochs=1, keep="last", weight_decay=0.0)
            for phase in self.schedule.phases(stage_names, examples)
        ]

    def get_config(self) -> dict[str, Any]:
        return self.schedule.get_config()


@dataclass(frozen=True)
class Family:
    name: str
    recipe: ktl.Recipe
    data: ktl.data.Dataset
    kinds: dict[str, str]


def _quick(names: Any, *quick: str) -> list[Any]:
    return [pytest.param(name, marks=() if name in quick else pytest.mark.slow) for name in names]


@pytest.fixture(scope="module", params=_quick(TABLE, "tiny"))
def built(request: pytest.FixtureRequest) -> Iterator[Family]:
    recipe = build(request.param)
    kinds = kinds_by_name(recipe.model)
    yield Family(request.param, recipe, examples(recipe), kinds)
    keras.utils.clear_session()


@pytest.fixture
def family(built: Family) -> Iterator[Family]:
    """A family's network, put back as it was after the run."""
    variables = variables_by_name(built.recipe.model).values()
    before = [np.array(keras.ops.convert_to_numpy(each)) for each in variables]
    yield built
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


def fit(family: Family, name: str, watch: Watch) -> Any:
    schedule = SCHEDULES[name]
    given = schedule if isinstance(schedule, list) else Unjudged(schedule)
    return family.recipe.fit(family.data, given, batch_size=8, callbacks=[watch], verbose=0)


def named(family: Family, row: str) -> tuple[set[str], set[str]]:
    """Return the names of what must move by a phase's letters, and of what may."""
    of_stages, of_head = row.split("|")
    letters = dict(zip(STAGES[family.name], of_stages, strict=True))
    letters |= {"head": of_head, "pooling": of_head if of_head == "s" else "."}
    must, may = set(), set()
    for variable, kind in family.kinds.items():
        letter = letters[variable.split(": ")[0]]
        low_rank = re.search(LOW_RANK.get(family.name, "^$"), variable)
        if kind in KINDS[letter] or (low_rank and "low rank" in KINDS[letter]):
            no_gradient = NO_GRADIENT.get((family.name, letter), "^$")
            (may if re.search(no_gradient, variable) else must).add(variable)
    return must, may


# What a schedule trains follows from the names of stages. A second convolutional network and a
# second transformer show it again by night; by day they run what treats their layers apart.
BY_DAY = {
    "mobilenet_v2": {"LinearProbeThenFineTune", "a user's"},
    "gpt2": {"LinearProbeThenFineTune", "LoRA", "a user's"},
}
SLOW_SCHEDULES = {"GradualUnfreeze", "a user's"}


def _marks(family: str, schedule: str) -> list[pytest.MarkDecorator]:
    if schedule not in BY_DAY.get(family, SCHEDULES):
        return [pytest.mark.nightly]
    return [] if family == "tiny" and schedule not in SLOW_SCHEDULES else [pytest.mark.slow]


@pytest.mark.parametrize(
    ("built", "schedule"),
    [pytest.param(f, each, marks=_marks(f, each)) for f in TABLE for each in SCHEDULES],
    indirect=["built"],
)
def test_exactly_what_the_table_names_moves(family: Family, schedule: str) -> None:
    outcome = TABLE[family.name][schedule]
    watch = Watch(family.recipe.model)
    if outcome == "refused":
        with pytest.raises(ValueError, match="like most convolutional networks"):
            fit(family, schedule, watch)
        assert watch.moved([{"first_epoch": 0}]) == [set()]
        return
    phases = fit(family, schedule, watch).phases
    for row, moved in zip(outcome.split(), watch.moved(phases), strict=True):
        must, may = named(family, row)
        assert sorted(must - moved) == [], f"{row}: should have moved"
        assert sorted(moved - must - may) == [], f"{row}: should not have moved"
    # Nothing that a phase added is left.
    assert kinds_by_name(family.recipe.model).keys() == family.kinds.keys()


def test_the_table_speaks_of_what_is_there(built: Family) -> None:
    assert built.recipe.backbone.stage_names == STAGES[built.name]
    assert {*built.kinds.values()} <= {kind for kinds in KINDS.values() for kind in kinds}
    patterns = [NO_GRADIENT[key] for key in NO_GRADIENT if key[0] == built.name]
    for pattern in [*patterns, LOW_RANK.get(built.name, "")]:
        assert any(re.search(pattern, variable) for variable in built.kinds)


def test_every_schedule_has_a_row_for_every_family() -> None:
    # What `ProbeGuidedFineTune` runs depends on what the linear probe reaches.
    known = {*ktl.schedules.__all__} - {"ProbeGuidedFineTune"}
    assert known <= {*SCHEDULES}
    assert all(rows.keys() == SCHEDULES.keys() for rows in TABLE.values())
    assert TABLE.keys() == STAGES.keys()
