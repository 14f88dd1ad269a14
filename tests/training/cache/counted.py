"""A tiny recipe on pictures that count how often they are read."""

import os
import signal
import sys
import threading

import keras
import numpy as np

import kerastl as ktl
from kerastl.data.pictures import PixelPictures
from kerastl.training.cache import entry_writer
from tests.training import tiny


class CountedPixels:
    """Pictures in memory; a read of a certain number may end the process."""

    def __init__(self, pixels, killing_read=None):
        self.pixels = pixels
        self.reads = 0
        self._killing_read = killing_read
        self._lock = threading.Lock()

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        with self._lock:
            self.reads += 1
            if self.reads == self._killing_read:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.pixels[index]


def data(count=48, validation=12, killing_read=None):
    """Return a data set, and the pictures of its two splits."""
    images, names = tiny.pictures(count + validation)
    classes = sorted(set(names))
    labels = [classes.index(name) for name in names]
    parts, pixels = [], []
    for start, stop in ((0, count), (count, count + validation)):
        pixels.append(CountedPixels(images[start:stop], killing_read if start == 0 else None))
        pictures = PixelPictures(pixels[-1], np.arange(stop - start))
        parts.append(ktl.data.Split("image", pictures, labels[start:stop], classes))
    return ktl.data.Dataset(parts[0], parts[1]), pixels


def recipe(**options):
    """Return a recipe that has the same weights in every process."""
    keras.utils.set_random_seed(1)
    return ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), taps="last", **options
    )


def fit(cache, given=None, phases="feature_extraction", **options):
    """Fit on fresh pictures; return the recipe, and the reads of training pictures."""
    dataset, pixels = given or data()
    made = recipe()
    made.fit(dataset, phases, cache=cache, batch_size=4, **options)
    return made, pixels[0].reads


if __name__ == "__main__":
    entry_writer._SECONDS_BETWEEN_MARKS = 0
    fit(sys.argv[1], data(killing_read=int(sys.argv[2])))
