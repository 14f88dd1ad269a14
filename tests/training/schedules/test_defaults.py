"""What a built-in schedule does where a user says nothing, in literal numbers."""

from types import SimpleNamespace

import pytest

import kerastl as ktl

STAGES = ("stem", "stage1", "stage2")
SOLVED = {"trains": "head", "linear_probe": True}
BACKBONES = 3e-5
COSINE = {"peak": BACKBONES, "schedule": "cosine", "warmup": 0.1, "start": None, "stage_decay": 1.0}
SLANTED = {**COSINE, "schedule": "linear", "start": 1 / 32, "stage_decay": 1 / 2.6}
JOINED = {**COSINE, "peak": 2e-3}
FALLS = {**COSINE, "schedule": "steps", "warmup": 0.2}
FROZEN = {**COSINE, "peak": 2e-3, "schedule": "one_cycle", "warmup": 0.99}
CYCLE = {
    "peak": 1e-3,
    "schedule": "one_cycle",
    "warmup": 0.3,
    "start": 0.2,
    "stage_decay": pytest.approx(0.1),
}


def tuned(trains, epochs, rate=COSINE, augment=True, **settings):
    return {"trains": trains, "epochs": epochs, "rate": rate, "augment": augment, **settings}


@pytest.mark.parametrize(
    ("make", "count", "expected"),
    [
        (ktl.schedules.FeatureExtraction, 450, [SOLVED]),
        (ktl.schedules.LinearProbeThenFineTune, 450, [SOLVED, tuned("from:stage1", 5)]),
        (ktl.schedules.FullFineTune, 450, [tuned("all", 5)]),
        (
            ktl.schedules.LoRA,
            450,
            [SOLVED, tuned("lora", 5, {**COSINE, "peak": 5e-4}, lora_rank=8)],
        ),
        (
            ktl.schedules.GradualUnfreeze,
            450,
            [
                SOLVED,
                tuned("last:1", 1, SLANTED),
                tuned("last:2", 1, SLANTED),
                tuned("all", 3, SLANTED),
            ],
        ),
        (ktl.schedules.OneCycleFineTune, 450, [tuned("head", 1, FROZEN), tuned("all", 5, CYCLE)]),
        (ktl.schedules.BiTHyperRule, 450, [tuned("all", 18, FALLS, mix=None)]),
        (
            ktl.schedules.HeadThenFineTune,
            3_000,
            [
                tuned("head", 8, JOINED, augment=False),
                tuned("from:stage1", 10, {**JOINED, "stage_decay": 0.7}),
            ],
        ),
        # 20 batches, passed over until they are 250.
        (
            ktl.schedules.HeadThenFineTune,
            320,
            [
                tuned("head", 13, JOINED, augment=False),
                tuned("from:stage1", 13, {**JOINED, "stage_decay": 0.7}),
            ],
        ),
        (ktl.schedules.JointFineTune, 3_000, [tuned("from:stage1", 4, augment=False)]),
    ],
)
def test_phases_epochs_and_rates_are_those_of_the_documentation(make, count, expected):
    examples = SimpleNamespace(training_count=count, batch_size=16)
    told = [
        {
            **phase.get_config(),
            "rate": {**phase.rate.get_config(), "peak": phase.peak(BACKBONES)},
        }
        for phase in make().phases(STAGES, examples)
    ]
    assert [
        {name: phase[name] for name in row} for phase, row in zip(told, expected, strict=True)
    ] == expected
