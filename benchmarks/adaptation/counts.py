"""Sentiment of sentences as counts of their words, with the network of the reviews."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegressionCV
from transfer.stopwatch import Elapsed, Stopwatch

from adaptation.adapted_run import adapted_run
from adaptation.amazon import BATCH, PHASE
from adaptation.gains import missed_gains
from adaptation.latent_features import latent_features
from adaptation.networks import reviews_network
from adaptation.sentence_domains import PAIRS, sentences_of, source_of
from adaptation.task import Outcome, Task

_COUNTS = "logistic regression"
_ADAPTATIONS = ("auto", "dann", "mmd", "self_training")
_EXPLANATION = """
The sentences of the tasks after this as counts of words and pairs of words: latent features,
network and training are those of `amazon`, with nothing tuned here. A fifth of the source is held
out for the verdict; all target sentences are adapted to and tested on. *Logistic regression* has
log counts of the source; C is chosen by 5-fold cross-validation. Goal for the best method
on every pair: 2 points over the baseline, or a method that gains less and is not called *helped*.
"""


@dataclass(frozen=True)
class _Counted:
    """Counts of both domains, and labels, 1 for positive."""

    counts: dict[tuple[str, str], sparse.csr_matrix]
    labels: dict[tuple[str, str], np.ndarray]
    features: dict[tuple[str, str], np.ndarray]
    elapsed: Elapsed


def _run(pair: str, seed: int, method: str) -> Outcome:
    counted = _counted(pair, seed)
    parts = tuple((counted.features[name], labels) for name, labels in counted.labels.items())
    source, held_out, target = parts
    if method == _COUNTS:
        return _on_counts(counted)
    network = reviews_network(seed)
    # The target is what is measured on; a copy, as labelled examples must not be the target.
    return adapted_run(
        network,
        method,
        source,
        target[0].copy(),
        held_out,
        target,
        phase=PHASE,
        batch_size=BATCH,
        seed=seed,
    ).after(counted.elapsed)


@lru_cache(maxsize=4)
def _counted(pair: str, seed: int) -> _Counted:
    source, target = pair.split(" → ")
    data, (texts, named) = source_of(source, seed), sentences_of(target)
    watch = Stopwatch()
    read = {
        (source, "train"): list(data.train.inputs),
        (source, "validation"): list(data.validation.inputs),
        (target, "train"): texts,
    }
    vectorizer = CountVectorizer(ngram_range=(1, 2), min_df=2)
    vectorizer.fit(read[source, "train"] + texts)
    counts = {name: vectorizer.transform(each).astype("float32") for name, each in read.items()}
    labels = {
        (source, "train"): data.train.labels,
        (source, "validation"): data.validation.labels,
        (target, "train"): np.array([data.class_names.index(name) for name in named]),
    }
    return _Counted(counts, labels, latent_features(counts), watch.elapsed())


def _on_counts(counted: _Counted) -> Outcome:
    watch = Stopwatch()
    (inputs, labels), _, (test, test_labels) = (
        (counts.log1p(), counted.labels[name]) for name, counts in counted.counts.items()
    )
    model = LogisticRegressionCV(Cs=5, cv=5, max_iter=500).fit(inputs, labels)
    return Outcome(float(model.score(test, test_labels)), watch.elapsed())


def _missed(results) -> list[str]:
    return missed_gains(results, PAIRS[2:], _ADAPTATIONS, 0.02, or_doubted=True)


TASK = Task(
    "counts",
    "Sentences as word counts",
    _EXPLANATION,
    PAIRS,
    (_COUNTS, *_ADAPTATIONS),
    _run,
    _missed,
)
