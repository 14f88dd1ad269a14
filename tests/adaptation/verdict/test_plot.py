import numpy as np
import pytest
from PIL import Image

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.verdict.plot import draw_domains


def features(shift, seed=0):
    generator = np.random.default_rng(seed)
    return DomainFeatures(
        generator.normal(shift, 1, (40, 6)).astype("float32"), generator.dirichlet([1, 1], 40)
    )


@pytest.mark.parametrize("projection", ["pca", "tsne"])
def test_one_image_shows_both_models(projection, tmp_path):
    models = {"before": (features(0), features(3)), "after": (features(0), features(0, 1))}
    path = draw_domains(models, tmp_path / "domains.png", projection)
    with Image.open(path) as image:
        assert image.width > 2 * image.height
    pixels = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
    assert len(np.unique(pixels, axis=0)) > 10
    assert [each.name for each in tmp_path.iterdir()] == ["domains.png"]


def test_an_unknown_projection_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="Received: projection='umap'"):
        draw_domains({"before": (features(0), features(1))}, tmp_path / "x.png", "umap")
    assert not list(tmp_path.iterdir())
