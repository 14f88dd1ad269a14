"""A scatter plot of source and target features."""

import os
from pathlib import Path
from typing import Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.basics.files.plot_file import write_plot
from kerastl.seeing.drawing.domains import draw_domain_points
from kerastl.seeing.drawing.figure import check_matplotlib

Projection = Literal["pca", "tsne"]
_MOST = 500  # points of each domain; more would overlap
_COMPONENTS = 50


def draw_domains(
    models: dict[str, tuple[DomainFeatures, DomainFeatures]],
    path: str | os.PathLike[str],
    projection: Projection = "pca",
    seed: int = 0,
) -> Path:
    """Draw features of source and target in two dimensions, coloured by predicted class.

    After a successful adaptation, target crosses lie among source dots of the same colour.

    Args:
        models: Features of source and target by the name of the model, one plot for each.
        path: Path of the image, such as `domains.png`; its suffix sets the format.
        projection: `"pca"`, or `"tsne"` (van der Maaten and Hinton 2008), which preserves
            neighbourhoods but not distances. Defaults to `"pca"`.
        seed: Seed of the sample and of the projection. Defaults to 0.

    Returns:
        The path.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the projection is unknown.
    """
    if projection not in ("pca", "tsne"):
        raise ValueError(
            f"`projection` must be 'pca' or 'tsne'. Received: projection={projection!r}"
        )
    check_matplotlib(f"path={os.fspath(path)!r}")
    drawn = {}
    for name, domains in models.items():
        source, target = (_some(domain, seed) for domain in domains)
        points = _projected(np.concatenate([source.features, target.features]), projection, seed)
        count = len(source.features)
        drawn[name] = (
            (points[:count], source.probabilities.argmax(axis=1)),
            (points[count:], target.probabilities.argmax(axis=1)),
        )
    return write_plot(draw_domain_points(drawn), path)


def _some(domain: DomainFeatures, seed: int) -> DomainFeatures:
    chosen = np.random.default_rng(seed).permutation(len(domain.features))[:_MOST]
    return domain.take(chosen)


def _projected(features: np.ndarray, projection: Projection, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count = 2 if projection == "pca" else min(_COMPONENTS, *features.shape)
    points = PCA(count, random_state=seed).fit_transform(features)
    if projection == "tsne":
        perplexity = min(30.0, (len(points) - 1) / 3)
        points = TSNE(perplexity=perplexity, random_state=seed).fit_transform(points)
    return np.asarray(points)
