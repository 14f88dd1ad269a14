"""The linear probe on 100,000 examples of 150 classes, against epochs of gradient steps.

    python benchmarks/many_examples.py

Features are generated: 150 class means and noise, both in directions whose variance falls as that
of a pre-trained network's features does. The yardstick is what a plain program trains on kept
features: a dense softmax layer under Adam for 20 epochs, in batches of 32. Both run once in this
process; log-loss is measured on 10,000 other examples. The exit status is 1 where solving takes
longer, or is worse.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from machine import machine

from kerastl.training.linear_probe.multinomial import log_losses
from kerastl.training.linear_probe.probe import fit_probe

EXAMPLES, HELD_OUT, WIDTH, CLASSES = 100_000, 10_000, 1_280, 150
EPOCHS, BATCH = 20, 32


def generated() -> tuple[np.ndarray, np.ndarray]:
    """Return features and labels."""
    drawn = np.random.default_rng(0)
    scale = (1.0 / np.sqrt(1 + np.arange(WIDTH))).astype("float32")
    labels = drawn.integers(0, CLASSES, EXAMPLES + HELD_OUT)
    means = drawn.standard_normal((CLASSES, WIDTH), dtype="float32")
    noise = drawn.standard_normal((len(labels), WIDTH), dtype="float32")
    noise *= 10
    noise += means[labels]
    noise *= scale
    return noise, labels


def log_loss(kernel: np.ndarray, bias: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the mean log-loss of a linear classifier."""
    return float(log_losses(x @ kernel + bias, y).mean())


def main() -> int:
    """Time both and print them."""
    features, labels = generated()
    train, test = slice(0, EXAMPLES), slice(EXAMPLES, None)
    held_out = features[test], labels[test]

    start = time.perf_counter()
    probe = fit_probe(features[train], labels[train], CLASSES, seed=0)
    solved = time.perf_counter() - start
    solved_loss = log_loss(probe.kernel, probe.bias, *held_out)
    print(f"linear probe: {solved:.0f} s, log-loss {solved_loss:.4f}", flush=True)

    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(CLASSES, activation="softmax")
    model = keras.Sequential([keras.Input((WIDTH,)), layer])
    model.compile("adam", "sparse_categorical_crossentropy")
    start = time.perf_counter()
    model.fit(features[train], labels[train], batch_size=BATCH, epochs=EPOCHS, verbose=0)
    plain = time.perf_counter() - start
    plain_loss = log_loss(*layer.get_weights(), *held_out)
    print(f"{EPOCHS} epochs of Adam: {plain:.0f} s, log-loss {plain_loss:.4f}")

    print(f"{plain / solved:.1f} times as fast. {machine()}")
    return int(solved > plain or solved_loss > plain_loss)


if __name__ == "__main__":
    sys.exit(main())
