"""Inspect a data set before training."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.arguments import check_seed, check_verbose
from kerastl.basics.blas_threads import blas_threads
from kerastl.basics.printer import Say, printer
from kerastl.basics.progress import shows_progress, step
from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.duplicates import Duplicates, duplicate_problems, find_duplicates
from kerastl.seeing.inspecting.findings import WORD_COUNTS, plain_counts
from kerastl.seeing.inspecting.groups import joined_groups
from kerastl.seeing.inspecting.image_facts import ImageFacts, read_facts
from kerastl.seeing.inspecting.inspection import Inspection
from kerastl.seeing.inspecting.odd_images import odd_images
from kerastl.seeing.inspecting.odd_texts import odd_texts
from kerastl.seeing.inspecting.problem import MEANINGS, Kind, Problem

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.backbone import Backbone
    from kerastl.training.cache.feature_cache import FeatureCache

_WORTH_THREADS = 50_000_000  # numbers


@shows_progress
def inspect(
    data: Dataset,
    backbone: str | os.PathLike[str] | keras.Model | Backbone | None = "auto",
    *,
    cache: FeatureCache | str | os.PathLike[str] | None = None,
    seed: int = 0,
    verbose: Any = "auto",
) -> Inspection:
    """Look for problems in labelled examples; see `kerastl.data.Dataset.inspect`.

    Args:
        data: The data set.
        backbone: As for `kerastl.data.Dataset.inspect`.
        cache: As for `kerastl.data.Dataset.inspect`.
        seed: As for `kerastl.data.Dataset.inspect`.
        verbose: As for `kerastl.data.Dataset.inspect`.

    Returns:
        What was found.
    """
    check_seed(seed)
    check_verbose(verbose)
    if not isinstance(data, Dataset):
        raise ValueError(
            "`data` must be a `Dataset`; make one with `ktl.data.image_folder(path)` or another "
            f"function of `ktl.data`. Received: {data!r}"
        )
    say = printer(verbose)
    seconds: dict[str, float] = {}
    examples = AllExamples.of(data)
    facts = None
    with _timed(seconds, "reading"):
        if isinstance(examples.whole.inputs, Images):
            with step("Reading images", len(examples)) as advance:
                facts = read_facts(examples.whole.inputs, lambda: advance(1))
    with _timed(seconds, "duplicates"), step("Looking for duplicates"):
        copies = find_duplicates(examples, facts)
        problems = duplicate_problems(examples, copies)
        problems += odd_texts(examples) if facts is None else odd_images(examples, facts)
    problems += [Problem("unreadable", name, "", detail=reason) for name, reason in data.skipped]
    notes = list(data.notes)
    unchecked: dict[Kind, str] = {}
    used = ""
    if backbone is not None:
        found, used = _by_features(
            examples, facts, copies, backbone, cache, seed, say, seconds, notes, unchecked
        )
        problems += found
    else:
        unchecked["label"] = "no backbone was given"
    if used in ("", WORD_COUNTS):
        unchecked["outlier"] = "no features of a pre-trained backbone"
    order = {kind: place for place, kind in enumerate(MEANINGS)}
    problems.sort(key=lambda each: (order[each.kind], not each.probable, -each.score))
    return Inspection(
        problems,
        examples,
        plain_counts(examples),
        tuple(data.train.class_counts()),
        _measured(examples, facts),
        notes,
        unchecked,
        used,
        seconds,
    )


def _by_features(
    examples: AllExamples,
    facts: ImageFacts | None,
    copies: Duplicates,
    backbone: Any,
    cache: Any,
    seed: int,
    say: Say,
    seconds: dict[str, float],
    notes: list[str],
    unchecked: dict[Kind, str],
) -> tuple[list[Problem], str]:
    """Return the problems that features of a backbone show, and the backbone's name."""
    from kerastl.backbones.registry import backbone as find_backbone
    from kerastl.seeing.inspecting.features import default_backbone

    readable, places = _readable(examples, facts)
    asked = default_backbone(readable.whole.modality) if backbone == "auto" else backbone
    made: Backbone | None = find_backbone(asked)
    similar = copies.similar[places]
    try:
        found = _label_and_outlier_problems(
            readable, similar, made, cache, seed, say, seconds, unchecked
        )
    except ConnectionError as error:
        if backbone != "auto":
            raise
        if readable.whole.modality == "image" or isinstance(readable.whole, TaggedSplit):
            unchecked["label"] = str(error)
            return [], ""
        notes.append(f"labels were checked without a pre-trained backbone: {error}")
        found = _label_and_outlier_problems(
            readable, similar, None, cache, seed, say, seconds, unchecked
        )
        made = None
    placed = [
        replace(
            each,
            index=None if each.index is None else int(places[each.index]),
            partner=None if each.partner is None else int(places[each.partner]),
        )
        for each in found
    ]
    return placed, WORD_COUNTS if made is None else made.name


def _label_and_outlier_problems(
    examples: AllExamples,
    similar: np.ndarray,
    backbone: Backbone | None,
    cache: Any,
    seed: int,
    say: Say,
    seconds: dict[str, float],
    unchecked: dict[Kind, str],
) -> list[Problem]:
    from kerastl.seeing.inspecting.features import standardized_features, word_counts
    from kerastl.seeing.inspecting.labels.problems import label_problems
    from kerastl.seeing.inspecting.outliers import outlier_problems
    from kerastl.training.cache.feature_cache import FeatureCache

    whole, groups = examples.whole, joined_groups(similar, examples.groups)
    if isinstance(whole, TaggedSplit | BoxSplit):
        with _timed(seconds, "labels"), step("Checking labels"):
            return _part_problems(examples, groups, backbone, seed, unchecked)
    with _timed(seconds, "features"):
        if backbone is None:
            features = word_counts(examples.texts)
        else:
            features = standardized_features(whole, backbone, FeatureCache.of(cache), seed, say)
    problems = []
    # Threads of a small product only wait for each other.
    threads = blas_threads(1 if features.size < _WORTH_THREADS else None)
    with _timed(seconds, "labels"), threads, step("Checking labels"):
        try:
            problems = label_problems(examples, features, groups, seed)
        except ValueError as error:
            unchecked["label"] = str(error)
        if backbone is not None:
            problems += outlier_problems(examples, features, similar, seed)
    return problems


def _part_problems(
    examples: AllExamples,
    groups: np.ndarray,
    backbone: Any,
    seed: int,
    unchecked: dict[Kind, str],
) -> list[Problem]:
    """Return the problems of labelled parts of examples: words and boxes."""
    from kerastl.seeing.inspecting.labels.boxes import box_problems
    from kerastl.seeing.inspecting.labels.entities import entity_problems

    whole = examples.whole
    try:
        if isinstance(whole, TaggedSplit):
            return entity_problems(examples, whole, backbone, groups, seed)
        assert isinstance(whole, BoxSplit)
        return box_problems(examples, whole, backbone, groups, seed)
    except ValueError as error:
        unchecked["label"] = str(error)
        return []


def _readable(examples: AllExamples, facts: ImageFacts | None) -> tuple[AllExamples, np.ndarray]:
    """Return the examples that can be read, and their positions among all."""
    problems = {} if facts is None else facts.problems
    kept = np.array([i for i in range(len(examples)) if i not in problems], np.int64)
    if len(kept) == len(examples):
        return examples, kept
    return examples.subset(kept), kept


def _measured(examples: AllExamples, facts: ImageFacts | None) -> dict[str, np.ndarray]:
    if facts is None:
        lengths = [len(text.split()) for text in examples.texts]
        return {"words of a text": np.array(lengths)}
    sizes = facts.sizes[facts.sizes.min(axis=1) > 0].astype("float64")
    if not len(sizes):
        return {}
    return {
        "longer side, pixels": sizes.max(axis=1),
        "width / height": sizes[:, 0] / sizes[:, 1],
    }


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - start
