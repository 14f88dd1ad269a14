"""Fine-tuning of real networks at the rates that are chosen for them."""

import pytest

import kerastl as ktl

SIZE = 64


@pytest.fixture(scope="module")
def photos(shared):
    """Sixty photos of three classes, a quarter of them for validation."""
    folder = shared / "images" / "trashnet6_subset" / "train"
    paths = [
        str(path)
        for name in ("cardboard", "glass", "paper")
        for path in sorted((folder / name).iterdir())[:20]
    ]
    names = [path.rsplit("/", 2)[1] for path in paths]
    return ktl.data.arrays(paths, names, validation_split=0.25, seed=0)


def tuned(shared, photos, **options):
    """Fit VGG16, which has no normalization, from its second stage on."""
    weights = shared / "weights" / "keras_applications" / "vgg16_imagenet_no_top.weights.h5"
    recipe = ktl.ImageClassification(
        ktl.backbone("vgg16", weights=weights), image_size=(SIZE, SIZE), augmentation="none"
    )
    phases = [ktl.Phase("head", linear_probe=True), ktl.Phase("from:stage2", epochs=3, **options)]
    return recipe.fit(photos, phases, batch_size=4, verbose=0)


@pytest.mark.nightly
def test_the_chosen_rate_does_not_diverge_on_vgg16(shared, photos):
    history = tuned(shared, photos)
    assert "ended" not in history.phases[1]
    first, *losses = history.history["loss"]
    assert max(losses) < first + 0.5
    assert losses[-1] <= losses[0]


@pytest.mark.nightly
def test_the_rate_of_mobilenets_diverges_on_vgg16_and_ends_the_phase(shared, photos):
    history = tuned(shared, photos, learning_rate=3e-4)
    assert "training loss rose" in history.phases[1]["ended"]
    assert history.phases[1]["kept_epoch"] is None
