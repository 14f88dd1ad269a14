import pytest

import kerastl as ktl
from kerastl.backbones.taps import choose_taps
from tests.training import tiny


@pytest.mark.parametrize(
    ("taps", "expected"),
    [
        (None, tiny.STAGES),
        ("last", ("stage3",)),
        ("stage1", ("stage1",)),
        (["stage3", "stage1"], ("stage3", "stage1")),
    ],
)
def test_taps_of_pictures(taps, expected):
    assert choose_taps(taps, tiny.backbone()) == expected


def test_texts_are_tapped_in_the_upper_half():
    backbone = ktl.backbone(
        "bert",
        weights=None,
        vocabulary_size=10,
        num_layers=4,
        num_heads=2,
        hidden_dim=4,
        intermediate_dim=8,
    )
    assert choose_taps(None, backbone) == ("layer2", "layer3", "layer4")


@pytest.mark.parametrize(
    ("taps", "said"),
    [("stage9", "Unknown stage"), ([], "at least one"), (["stage1", "stage1"], "once")],
)
def test_invalid_taps(taps, said):
    with pytest.raises(ValueError, match=said):
        choose_taps(taps, tiny.backbone())
