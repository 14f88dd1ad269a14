"""Load a bundle for a command."""

from __future__ import annotations

import os
from pathlib import Path

from kerastl.answering.bundle_model import BundleModel
from kerastl.answering.load import load_bundle
from kerastl.basics.quiet_tensorflow import held_back


def load_quietly(directory: Path, format: str | None = None, threads: int = 1) -> BundleModel:
    """Load a bundle without the lines that LiteRT writes when its first interpreter starts.

    Args:
        directory: As for `kerastl.load_bundle`.
        format: As for `kerastl.load_bundle`. Defaults to None.
        threads: As for `kerastl.load_bundle`. Defaults to 1.

    Returns:
        The model. With `TF_CPP_MIN_LOG_LEVEL` set below 3, the lines are written.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") < "3":
        return load_bundle(directory, format, threads=threads)
    with held_back():
        return load_bundle(directory, format, threads=threads)
