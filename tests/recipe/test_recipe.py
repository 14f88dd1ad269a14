import pytest

import kerastl as ktl
from tests.training import tiny


def test_a_backbone_for_other_input_is_refused():
    with pytest.raises(ValueError, match="needs a backbone for text input"):
        ktl.TextClassification(tiny.backbone())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image_size": (0, 12)}, r"image_size=\(0, 12\)"),
        ({"image_size": (12,)}, r"image_size=\(12,\)"),
        ({"augmentation": "noflip"}, "Did you mean 'no_flip'"),
    ],
)
def test_an_option_out_of_range_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        ktl.ImageClassification(tiny.backbone(), **options)


def test_a_data_set_without_a_test_split_is_said_to_be_so():
    data = ktl.data.arrays(*tiny.images(24), validation_split=0.25, seed=0)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    recipe.build(data.class_names)
    with pytest.raises(ValueError, match=r"test_split=0\.2.*Received: split=None"):
        recipe.evaluate(data.test)


def test_a_text_longer_than_the_backbone_reads_is_refused(minilm):
    recipe = ktl.TextClassification("bert", weights=minilm, sequence_length=4096)
    data = ktl.data.arrays(["a", "b"] * 4, ["x", "y"] * 4, validation_split=0.25, seed=0)
    with pytest.raises(ValueError, match="reads at most 512 tokens"):
        recipe.fit(data, verbose=0)


def test_a_folder_that_holds_no_recipe_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"recipe\.json is missing"):
        ktl.load(tmp_path)


def test_a_recipe_of_a_newer_format_is_refused(tmp_path):
    (tmp_path / "recipe.json").write_text('{"format": 99, "versions": {"kerastl": "9.0"}}')
    with pytest.raises(ValueError, match=r"kerastl 9\.0 saved this recipe in a newer format"):
        ktl.load(tmp_path)


def test_a_broken_image_inside_training_data_is_named(tmp_path):
    from PIL import Image

    for name in ("red", "blue"):
        (tmp_path / name).mkdir()
        for number in range(6):
            colour = (200, 10, 10 * number) if name == "red" else (10, 10 * number, 200)
            Image.new("RGB", (64, 64), colour).save(tmp_path / name / f"{number}.png")
    data = ktl.data.image_folder(tmp_path, validation_split=0.34, seed=0)
    # The header survives, so that only decoding finds out.
    victim = tmp_path / "red" / data.train.inputs[0].rsplit("/", 1)[-1]
    victim = next(p for p in [victim, *tmp_path.rglob("*.png")] if str(p) == data.train.inputs[0])
    content = victim.read_bytes()
    victim.write_bytes(content[:60] + bytes(len(content) - 60))
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    with pytest.raises(ValueError, match=victim.name):
        recipe.fit(data, verbose=0)
