"""A program that kills trainings at random moments and resumes them until they are done.

Usage: killed_training.py DIRECTORY KIND SEED KILLS

It trains without a break first, then again in processes that are killed with SIGKILL after a
random share of that time, and prints how the resumed run differs from the unbroken one.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import keras
import numpy as np

import kerastl as ktl
from tests.contracts.recipes_under_test import NEGATIVE, POSITIVE, tiny_bert
from tests.training import tiny


def images():
    """Return a recipe for images, its data, and darker images as a target."""
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(48), validation_split=0.25, seed=0)
    target = (tiny.images(36, seed=1)[0] * 0.7).astype("uint8")
    return recipe, data, ktl.adaptation.Target(target, keep_adapted=True)


def adapt(method, phases, **options):
    recipe, data, target = images()
    return recipe, lambda **how: recipe.fit(
        data, phases, adapt_to=target, adaptation=method, batch_size=8, **options, **how
    )


def adversarial_frozen():
    return adapt("dann", [ktl.Phase("head", epochs=3, learning_rate=1e-2)])


def adversarial_trained():
    settings = ktl.LossSettings(class_weights="balanced")
    phases = [
        ktl.Phase("head", epochs=1),
        ktl.Phase(
            "last:2", epochs=3, augment=True, balanced=True, patience=3, loss_settings=settings
        ),
    ]
    return adapt("dann", phases)


def self_training_frozen():
    return adapt("self_training", [ktl.Phase("head", linear_probe=True)])


def self_training_trained():
    phases = [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("last:1", epochs=3, augment=True, views=2),
    ]
    return adapt("self_training", phases)


def chosen_by_auto():
    recipe, data, target = images()
    return recipe, lambda **how: recipe.fit(data, adapt_to=target, batch_size=8, **how)


def relabelled_every_epoch():
    return adapt("self_training", [ktl.Phase("last:1", epochs=4, learning_rate=1e-3)])


def source_free():
    recipe, data, target = images()
    recipe.fit(data, "feature_extraction", verbose=0)
    phases = [ktl.Phase("last:1", epochs=3)]
    return recipe, lambda **how: recipe.fit(
        None, phases, adapt_to=target, adaptation="shot", batch_size=8, **how
    )


def few_shot():
    words = [*POSITIVE, *NEGATIVE, "a", "film"]
    recipe = ktl.FewShotTextClassification(tiny_bert(words), max_steps=20, learning_rate=3e-3)
    texts = [f"a {words[i]} film" for i in range(6) for words in (NEGATIVE, POSITIVE)]
    data = ktl.data.arrays(texts, ["bad", "good"] * 6)
    return recipe, lambda **how: recipe.fit(data, **how)


def quantized():
    recipe, data, _ = images()
    recipe.fit(data, "feature_extraction", verbose=0)
    return recipe, lambda **how: recipe.fit_quantized(
        bits=8, epochs=3, learning_rate=1e-3, batch_size=8, **how
    )


KINDS = {
    each.__name__: each
    for each in (
        adversarial_frozen,
        adversarial_trained,
        self_training_frozen,
        self_training_trained,
        chosen_by_auto,
        relabelled_every_epoch,
        source_free,
        few_shot,
        quantized,
    )
}


def train(directory, kind, name, **how):
    """Train once, and write weights and history."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(1)
    recipe, fit = KINDS[kind]()
    history = fit(verbose=0, **how)
    weights = [*recipe.model.get_weights(), *recipe.quantized_weights.get(8, [])]
    np.savez(directory / f"{name}.npz", *map(np.asarray, weights))
    told = {"rows": history.history, "phases": history.phases, "epoch": history.epoch}
    if recipe.verdict is not None:
        told["verdict"] = recipe.verdict.to_json()
    (directory / f"{name}.json").write_text(json.dumps(told, default=float))


def started(*arguments, **how):
    """Start a training in a copy of this process, in which frameworks are imported already."""
    child = os.fork()
    if child == 0:
        train(*arguments, **how)
        sys.stdout.flush()
        os._exit(0)
    return child


def main(directory, kind, seed, kills):
    begin = time.monotonic()
    ended = [os.waitstatus_to_exitcode(os.waitpid(started(directory, kind, "unbroken"), 0)[1])]
    seconds = time.monotonic() - begin
    draws = random.Random(seed)
    checkpoint = {"checkpoint": directory / "checkpoint", "resume": True}
    shares = [draws.random() for _ in range(kills)]
    for share in [*shares, None]:
        child = started(directory, kind, "resumed", **checkpoint)
        if share is not None:
            time.sleep(share * seconds)
            os.kill(child, signal.SIGKILL)
        ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    with np.load(directory / "unbroken.npz") as whole, np.load(directory / "resumed.npz") as again:
        apart = [float(np.abs(whole[name] - again[name]).max()) for name in whole.files]
    told = [(directory / f"{name}.json").read_text() for name in ("unbroken", "resumed")]
    print(
        json.dumps(
            {
                "ended": ended,
                "killed_after": [round(share * seconds, 2) for share in shares],
                "largest_difference": max(apart),
                "same_history": told[0] == told[1],
                "left": sorted(path.name for path in directory.glob("checkpoint*/*")),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
