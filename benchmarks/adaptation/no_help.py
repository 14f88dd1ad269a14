"""Targets that adaptation must not claim to have helped on."""

import json

import numpy as np
from shared_folder import minilm, shared
from transfer.stopwatch import Stopwatch

import kerastl as ktl
from adaptation.photos import photo_recipe, photos_of
from adaptation.sentences import named_labels, sentences_of, source_of
from adaptation.task import Outcome, Task
from kerastl.adaptation import Target

_PAIRS = ("identical domains", "unrelated target", "half the classes", "imbalanced target")
_METHODS = ("self_training", "dann")
_EXPLANATION = """
*Identical domains*: half of the IMDB sentences to the other half. *Unrelated target*: IMDB to
1,000 queries of clinc150, where no label is right; its accuracy is set to 0. *Half the classes*:
Office catalogue photos to the webcam photos of the first five classes. *Imbalanced target*: IMDB
to Amazon sentences, 450 positive and 50 negative. The verdict is right where it is not
*helped*. Its rule for puzzling targets was found on seed 0 of the unrelated one.
"""


def _run(pair: str, seed: int, method: str) -> Outcome:
    recipe, data, inputs, labels = _case(pair, seed)
    watch = Stopwatch()
    goal = Target(inputs, keep_harmed=True)
    recipe.fit(data, adapt_to=goal, adaptation=method, seed=seed, verbose=0)
    elapsed = watch.elapsed()
    predicted = [prediction.label for prediction in recipe.predict(inputs)]
    accuracy = float(np.mean(np.array(predicted) == np.array(labels)))
    return Outcome(accuracy, elapsed, verdict=recipe.verdict.finding)


def _case(pair: str, seed: int):
    generator = np.random.default_rng(seed)
    if pair == "half the classes":
        data = ktl.data.arrays(*photos_of("amazon"), validation_split=0.2, seed=seed)
        paths, labels = photos_of("webcam")
        kept = [i for i, label in enumerate(labels) if label in sorted(set(labels))[:5]]
        return photo_recipe(), data, [paths[i] for i in kept], [labels[i] for i in kept]
    recipe = ktl.TextClassification("bert", weights=minilm())
    if pair == "identical domains":
        texts, labels = sentences_of("imdb", 0)
        order = generator.permutation(len(texts))
        ours, theirs = order[:500], order[500:]
        named = np.array(named_labels(labels))
        data = ktl.data.arrays(
            [texts[i] for i in ours], list(named[ours]), validation_split=0.2, seed=seed
        )
        return recipe, data, [texts[i] for i in theirs], list(named[theirs])
    data = source_of("imdb", seed)
    if pair == "unrelated target":
        path = shared() / "text" / "clinc150" / "data_full.json"
        queries = [text for text, _ in json.loads(path.read_text("utf-8"))["train"]]
        drawn = generator.permutation(len(queries))[:1000]
        return recipe, data, [queries[i] for i in drawn], [""] * len(drawn)
    texts, labels = sentences_of("amazon", 0)
    positive, negative = (generator.permutation(np.flatnonzero(labels == y)) for y in (1, 0))
    chosen = np.concatenate([positive[:450], negative[:50]])
    return recipe, data, [texts[i] for i in chosen], named_labels(labels[chosen])


def _missed(results) -> list[str]:
    found = []
    for pair in _PAIRS:
        for method in _METHODS:
            own = results.select(method, pair)
            claimed = sum(result.verdict == "helped" for result in own)
            if len(own) and claimed > len(own) / 5:
                found.append(f"{pair}, {method}: called helped in {claimed} of {len(own)} seeds")
    return found


TASK = Task("no_help", _EXPLANATION, _PAIRS, _METHODS, _run, _missed)
