"""A program that trains in three phases, in processes that kill themselves where they are told to.

Usage: killed_run.py DIRECTORY (solve | batch:EPOCH:BATCH | write:EPOCH | end)...

It writes how each of the processes ended, and which files of the checkpoint it left.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path

import keras
import numpy as np

import kerastl as ktl
from kerastl.tasks.classification import criterion
from tests.training import tiny

PHASES = [
    ktl.Phase("head", linear_probe=True),
    # Steps so large that the last phase has something to mend.
    ktl.Phase("last:1", epochs=2, learning_rate=3e-2, keep="last"),
    ktl.Phase(
        "all", epochs=3, augment=True, mix="mixup", keep="average", accumulate=2, learning_rate=1e-3
    ),
]


class Kill(keras.callbacks.Callback):
    """Kill the process at the end of a batch, or when half of a checkpoint is written."""

    def __init__(self, kind, epoch, batch=None):
        super().__init__()
        self.kind, self.when, self.batch = kind, epoch, batch
        self.epochs = []
        self.weights = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.weights = self.model.get_weights()
        if self.kind == "batch" and (self.epochs[-1], batch) == (self.when, self.batch):
            os.kill(os.getpid(), signal.SIGKILL)

    def on_epoch_end(self, epoch, logs=None):
        if self.kind == "write" and epoch == self.when:
            # The system ends the process inside of the write that goes beyond the limit.
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            size = (directory / "checkpoint" / "state.npz").stat().st_size
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))


def images():
    """Return images whose colour is a weak sign of their class."""
    images, labels = tiny.images()
    plain = np.random.default_rng(0).integers(0, 120, images.shape)
    return (plain + (images - plain) / 6).astype("uint8"), labels


def fit(kill, **checkpoint):
    keras.utils.set_random_seed(1)
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), dropout=0.2
    )
    data = ktl.data.arrays(*images(), validation_split=0.25, seed=0)
    history = recipe.fit(data, PHASES, batch_size=8, callbacks=[kill], verbose=0, **checkpoint)
    # Those of the last batch, too: the phase may end with others.
    weights = [np.asarray(each) for each in [*kill.weights, *recipe.model.get_weights()]]
    return weights, {"epochs": kill.epochs, "rows": history.history, "phases": history.phases}


def run(kind, *numbers):
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    if kind == "solve":
        criterion.fit_probe = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
    kill = Kill(kind, *map(int, numbers or [-1]))
    weights, told = fit(kill, checkpoint=directory / "checkpoint", resume=True)
    np.savez(directory / "resumed.npz", *weights)
    (directory / "resumed.json").write_text(json.dumps(told))
    weights, told = fit(Kill("never", -1))
    np.savez(directory / "unbroken.npz", *weights)
    (directory / "unbroken.json").write_text(json.dumps(told))


if __name__ == "__main__":
    directory, kills = Path(sys.argv[1]), sys.argv[2:]
    outcome = []
    for each in kills:
        # A copy of this process, in which frameworks are imported and nothing has run yet:
        # importing them again would take longer than training.
        child = os.fork()
        if child == 0:
            run(*each.split(":"))
            sys.stdout.flush()
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        outcome.append([ended, sorted(file.name for file in directory.glob("checkpoint/*"))])
    print(json.dumps(outcome))
