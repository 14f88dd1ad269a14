"""The linear probe on 100,000 examples of 150 classes, against epochs of gradient steps.

    python benchmarks/many_examples.py

Features are generated: 150 class means and noise, with a spectrum like that of a pre-trained
network's features. The baseline is a dense softmax layer trained on the same features with Adam for
20 epochs in batches of 32. Both run once in this process; log-loss is measured on 10,000 other
examples. The exit status is 1 if the linear probe takes longer or has the higher log-loss.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from generated_features import generated_features
from machine import machine

from kerastl.training.linear_probe.multinomial import log_losses
from kerastl.training.linear_probe.probe import fit_probe

EXAMPLES, HELD_OUT, WIDTH, CLASSES = 100_000, 10_000, 1_280, 150
EPOCHS, BATCH = 20, 32


def log_loss(kernel: np.ndarray, bias: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the mean log-loss of a linear classifier."""
    return float(log_losses(x @ kernel + bias, y).mean())


def main() -> int:
    """Time both and print them."""
    features, labels = generated_features(EXAMPLES + HELD_OUT, WIDTH, CLASSES)
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
