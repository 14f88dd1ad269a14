"""Features of both domains in the plane, before and after an adaptation."""

import os
from pathlib import Path
from typing import Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.basics.plot_file import write_plot

Projection = Literal["pca", "tsne"]
_MOST = 500  # points of a domain: more cover one another
_COMPONENTS = 50


def draw_domains(
    views: dict[str, tuple[DomainFeatures, DomainFeatures]],
    path: str | os.PathLike[str],
    projection: Projection = "pca",
    seed: int = 0,
) -> Path:
    """Draw features of source and target, coloured by predicted class.

    Where an adaptation worked, the target's crosses of a colour lie among the source's dots of the
    same colour.

    Args:
        views: Source and target by the name of the model, such as before and after.
        path: The image, such as `domains.png`; its suffix says the format.
        projection: `"pca"`, or `"tsne"` (van der Maaten and Hinton 2008), which shows
            neighbourhoods and no distances. Defaults to `"pca"`.
        seed: Seed of the examples drawn and of the projection.

    Returns:
        The path.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the projection is not known.
    """
    if projection not in ("pca", "tsne"):
        raise ValueError(f"`projection` is 'pca' or 'tsne'. Received: projection={projection!r}")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "Images are drawn by matplotlib: pip install matplotlib. "
            f"Received: path={os.fspath(path)!r} without it"
        ) from error
    figure = Figure(figsize=(6 * len(views), 5), layout="constrained")
    for axes, (name, both) in zip(
        figure.subplots(1, len(views), squeeze=False)[0], views.items(), strict=True
    ):
        source, target = (_some(view, seed) for view in both)
        points = _projected(np.concatenate([source.features, target.features]), projection, seed)
        count = len(source.features)
        for view, part, marker, label in (
            (source, points[:count], "o", "source"),
            (target, points[count:], "x", "target"),
        ):
            colours = view.probabilities.argmax(axis=1) % 10
            axes.scatter(
                *part.T, c=colours, cmap="tab10", vmin=0, vmax=9, marker=marker, s=18, label=label
            )
        axes.set(title=name, xticks=[], yticks=[])
        axes.legend()
    return write_plot(figure, path)


def _some(view: DomainFeatures, seed: int) -> DomainFeatures:
    chosen = np.random.default_rng(seed).permutation(len(view.features))[:_MOST]
    return view.take(chosen)


def _projected(features: np.ndarray, projection: Projection, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count = 2 if projection == "pca" else min(_COMPONENTS, *features.shape)
    points = PCA(count, random_state=seed).fit_transform(features)
    if projection == "tsne":
        perplexity = min(30.0, (len(points) - 1) / 3)
        points = TSNE(perplexity=perplexity, random_state=seed).fit_transform(points)
    return np.asarray(points)
