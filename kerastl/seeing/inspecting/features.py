"""Features of a pre-trained backbone for every example of a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.printer import Say
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.split import Split

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.training.cache.feature_cache import FeatureCache

_BATCH_SIZE = 32


def task_of(split: Split) -> str:
    """Return the name of the task that a split's labels are for."""
    kind = (
        "multi_label_classification"
        if isinstance(split, MultiLabelSplit)
        else "regression"
        if isinstance(split, NumberSplit)
        else "classification"
    )
    return f"{split.modality}_{kind}"


def default_backbone(modality: str) -> str:
    """Return the name of the backbone that the command line takes for a modality."""
    from kerastl.tasks.registry import TASKS

    return next(row.default_backbone for row in TASKS.values() if row.modality == modality)


def word_counts(texts: Sequence[str], width: int = 300, seed: int = 0) -> np.ndarray:
    """Compute features of texts without a backbone: weighted counts of words and word pairs.

    Args:
        texts: The texts.
        width: Directions that the counts are projected on. Defaults to 300.
        seed: Seed of the projection. Defaults to 0.

    Returns:
        float32 of shape `(texts, features)`, centred (Deerwester et al. 1990).
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\S+", max_features=50_000
    ).fit_transform(texts)
    width = min(width, min(counts.shape) - 1)
    found = TruncatedSVD(max(1, width), random_state=seed).fit_transform(counts)
    return np.asarray(found - found.mean(axis=0), "float32")


def standardized_features(
    whole: Split, backbone: Backbone, cache: FeatureCache, seed: int, say: Say
) -> np.ndarray:
    """Compute the features that a linear probe of the task reads, in one pass over the examples.

    Args:
        whole: The labelled examples.
        backbone: The backbone.
        cache: Where features are stored.
        seed: Seed of the choice of stages. Keras's and NumPy's generators stay as they are.
        say: Function that prints a line.

    Returns:
        float32 of shape `(examples, features)`, centred, each stage of the same size.

    Raises:
        ValueError: If an image cannot be decoded, or features are not finite.
    """
    from keras import ops

    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.heads.standardized_features import StandardizedFeatures
    from kerastl.recipe.choosing.before_training import choose_stages_before_probe
    from kerastl.recipe.choosing.feature_pass import feature_pass
    from kerastl.tasks.registry import find_task
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.freezing.preserved import preserved_randomness
    from kerastl.training.linear_probe.joined_features import JoinedFeatures

    recipe: Any = find_task(task_of(whole))(backbone)
    data = Dataset(whole)
    with (
        preserved_randomness(seed),
        OpenFeatureCache(cache, say) as opened,
        naming_unreadable(whole),
    ):
        choose_stages_before_probe(recipe, data, opened, batch_size=_BATCH_SIZE, seed=seed)
        recipe.prepare(whole)
        if not recipe.is_built:
            recipe.build(whole.class_names)
        computed = feature_pass(recipe, data, _BATCH_SIZE, opened, is_sample=False)
        pooled = [array for stage in recipe.feature_stages for array in computed.features[stage]]
        layer = StandardizedFeatures()
        layer.build([(None, each.shape[1]) for each in pooled])
        joined = JoinedFeatures([pooled])
        layer.fit(joined)
        centre, scale = (ops.convert_to_numpy(each) for each in (layer.centre, layer.scale))
        return joined.standardized(centre, scale)[:]
