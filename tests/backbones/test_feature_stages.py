import pytest

import kerastl as ktl
from kerastl.backbones.feature_stages import choose_feature_stages
from tests.training import tiny


@pytest.mark.parametrize(
    ("feature_stages", "expected"),
    [
        (None, tiny.STAGES),
        ("last", ("stage3",)),
        ("stage1", ("stage1",)),
        (["stage3", "stage1"], ("stage3", "stage1")),
    ],
)
def test_taps_of_images(feature_stages, expected):
    assert choose_feature_stages(feature_stages, tiny.backbone()) == expected


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
    assert choose_feature_stages(None, backbone) == ("layer2", "layer3", "layer4")


@pytest.mark.parametrize(
    ("feature_stages", "said"),
    [("stage9", "Unknown stage"), ([], "at least one"), (["stage1", "stage1"], "none twice")],
)
def test_invalid_feature_stages(feature_stages, said):
    with pytest.raises(ValueError, match=said):
        choose_feature_stages(feature_stages, tiny.backbone())
