from types import SimpleNamespace

import pytest

import kerastl as ktl


@pytest.mark.parametrize(
    ("examples", "batch_size", "epochs", "warmup", "mix"),
    [
        (450, 16, 18, 0.2, None),  # 29 batches an epoch
        (450, 512, 500, 0.2, None),
        (19_999, 512, 13, 0.2, None),
        (20_000, 512, 250, 0.05, "mixup"),
        (499_999, 512, 11, 0.05, "mixup"),
        (500_000, 512, 21, 0.025, "mixup"),
        (10_000_000, 512, 2, 0.025, "mixup"),
    ],
)
def test_the_number_of_examples_decides(examples, batch_size, epochs, warmup, mix):
    given = SimpleNamespace(training_count=examples, batch_size=batch_size)
    (phase,) = ktl.schedules.BiTHyperRule().phases(("stem",), given)
    assert (phase.trains, phase.epochs, phase.mix) == ("all", epochs, mix)
    assert (phase.rate.peak, phase.rate.schedule) == (None, "steps")
    assert phase.rate.warmup == pytest.approx(warmup)


@pytest.mark.parametrize(("height", "width", "side"), [(32, 32, 128), (95, 95, 128), (96, 96, 384)])
def test_small_images_are_enlarged_less(height, width, side):
    assert ktl.schedules.BiTHyperRule.image_size(height, width) == side
