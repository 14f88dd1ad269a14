"""A tiny recipe on images that count how often they are read."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import keras
import numpy as np

import kerastl as ktl
from kerastl.data.images.encoded_images import PixelImages
from kerastl.training.cache import entry_writer
from tests.training import tiny


class CountedPixels:
    """Images in memory; a read of a certain number may end the process.

    Images are read ahead of what is computed from them: the process ends when that has begun to
    be written.
    """

    def __init__(self, pixels, killing_read=None, cache=None):
        self.pixels = pixels
        self.reads = 0
        self._killing_read, self._cache = killing_read, cache
        self._lock = threading.Lock()

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        with self._lock:
            self.reads += 1
            kills = self.reads == self._killing_read
        if kills:
            # Without the lock: another thread may still have to read an earlier image.
            wait_for_rows(self._cache)
            os.kill(os.getpid(), signal.SIGKILL)
        return self.pixels[index]


def wait_for_rows(cache, seconds=60):
    """Return when an unfinished entry has rows."""
    for _ in range(seconds * 100):
        found = Path(cache).glob("*.partial/progress.json")
        marks = [json.loads(path.read_text()) for path in found]
        if any(mark["rows"] for mark in marks):
            return
        time.sleep(0.01)


def data(count=48, validation=12, killing_read=None, cache=None):
    """Return a data set, and the images of its two splits."""
    images, names = tiny.images(count + validation)
    classes = sorted(set(names))
    labels = [classes.index(name) for name in names]
    parts, pixels = [], []
    for start, stop in ((0, count), (count, count + validation)):
        killing = (killing_read, cache) if start == 0 else ()
        pixels.append(CountedPixels(images[start:stop], *killing))
        read = PixelImages(pixels[-1], np.arange(stop - start))
        parts.append(ktl.data.Split("image", read, labels[start:stop], classes))
    return ktl.data.Dataset(parts[0], parts[1]), pixels


def recipe(**options):
    """Return a recipe that has the same weights in every process."""
    keras.utils.set_random_seed(1)
    return ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), feature_stages="last", **options
    )


def fit(cache, given=None, phases="feature_extraction", **options):
    """Fit on fresh images; return the recipe, and the reads of training images."""
    dataset, pixels = given or data()
    made = recipe()
    made.fit(dataset, phases, cache=cache, batch_size=4, **options)
    return made, pixels[0].reads


if __name__ == "__main__":
    entry_writer._SECONDS_BETWEEN_MARKS = 0
    fit(sys.argv[1], data(killing_read=int(sys.argv[2]), cache=sys.argv[1]))
