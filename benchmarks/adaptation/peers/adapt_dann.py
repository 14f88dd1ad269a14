"""Run the DANN of the package `adapt` on the Amazon pairs, in an environment of its own.

    python -m venv peer && peer/bin/pip install -r benchmarks/adaptation/peers/requirements.txt
    KERASTL_SHARED=... peer/bin/python benchmarks/adaptation/peers/adapt_dann.py [--seeds 0 1 2 3 4]

Features, encoder, batches, steps and the schedules of strength and learning rate are those of
`amazon.py`; what is left is the package's own training. Results go to
benchmarks/results/adaptation.jsonl.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[2]))

import keras
import numpy as np
import tensorflow as tf
from adapt.feature_based import DANN
from adapt.utils import UpdateLambda
from adaptation.results import Result, Results
from adaptation.reviews import DOMAINS, reviews, semantic_features
from machine import machine
from transfer.stopwatch import Stopwatch

_EPOCHS, _BATCH, _RATE = 30, 64, 1e-3


def main() -> None:
    """Run all pairs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    for seed in parser.parse_args().seeds:
        for source in DOMAINS:
            for target in DOMAINS:
                if source != target:
                    result = _run(source, target, seed)
                    Results.read().with_one(result).write()
                    print(result.pair, seed, round(result.accuracy, 3), flush=True)


def _run(source: str, target: str, seed: int) -> Result:
    features = semantic_features(source, target)
    ours, theirs = (features.of[domain, "train"] for domain in (source, target))
    steps = -(-len(ours) // _BATCH) * _EPOCHS
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    model = DANN(
        encoder=_layers(keras.layers.Dropout(0.3), keras.layers.Dense(100, "relu")),
        task=_layers(keras.layers.Dense(1, "sigmoid")),
        discriminator=_layers(keras.layers.Dense(100, "relu"), keras.layers.Dense(1, "sigmoid")),
        Xt=theirs,
        lambda_=tf.Variable(0.0),
        loss="binary_crossentropy",
        optimizer=_optimizer(),
        optimizer_enc=_optimizer(),
        optimizer_disc=_optimizer(),
        metrics=["acc"],
        random_state=seed,
        copy=False,
        verbose=0,
    )
    model.fit(
        ours,
        reviews()[source, "train"].labels.astype("float32"),
        epochs=_EPOCHS,
        batch_size=_BATCH,
        callbacks=[UpdateLambda(max_steps=steps, gamma=10.0), _Rate(steps)],
    )
    elapsed = features.elapsed + watch.elapsed()
    test = reviews()[target, "test"].labels
    predicted = np.ravel(model.predict(features.of[target, "test"])) > 0.5
    return Result(
        "amazon",
        f"{source} → {target}",
        seed,
        "adapt DANN",
        float((predicted == test).mean()),
        None,
        "",
        *elapsed,
        f"{machine()}, tensorflow backend",
    )


def _layers(*layers: keras.layers.Layer) -> keras.Model:
    return keras.Sequential(layers)


def _optimizer() -> keras.optimizers.Optimizer:
    return keras.optimizers.AdamW(_RATE, weight_decay=3.0)


class _Rate(keras.callbacks.Callback):
    """Set the rate of every step: the package takes no learning-rate schedule."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        rise = round(0.1 * steps)
        self._schedule = keras.optimizers.schedules.CosineDecay(
            0.0, steps - rise, warmup_target=_RATE, warmup_steps=rise
        )
        self._step = 0

    def on_train_batch_begin(self, batch, logs=None) -> None:
        rate = float(self._schedule(self._step))
        for optimizer in (
            self.model.optimizer,
            self.model.optimizer_enc,
            self.model.optimizer_disc,
        ):
            optimizer.learning_rate = rate
        self._step += 1


if __name__ == "__main__":
    main()
