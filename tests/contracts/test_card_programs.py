"""Each program in a bundle's README runs as it is written."""

import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from kerastl.artifacts.formats.registry import FORMATS
from tests.contracts.small_bundles import small_bundle
from tests.contracts.small_exportables import MAKERS

pytestmark = pytest.mark.slow
KERASTL = "kerastl"
HEADINGS = {"tflite": "### LiteRT", "saved_model": "### SavedModel", "onnx": "### ONNX"}


def programs(small):
    """The code blocks of a README, by format."""
    card = (small.bundle.directory / "README.md").read_text(encoding="utf-8")
    use = card.split("## Use\n")[1].split("## Files")[0]
    first, *others = re.split(r"(?=^### )", use, flags=re.MULTILINE)
    parts = {KERASTL: first, **{part.splitlines()[0]: part for part in others}}
    return {
        name: re.findall(r"```python\n(.*?)```", part, re.DOTALL) for name, part in parts.items()
    }


def arguments(small, name, folder):
    """The words of the command line, for the first held-out example."""
    held_out = small.held_out
    if small.modality == "image":
        # The size of the model's input, which no program resizes.
        pixels = np.round(held_out.inputs["pixels"][0]).astype("uint8")
        Image.fromarray(pixels).save(folder / "photo.png")
        return [str(folder / "photo.png")]
    if name in (KERASTL, HEADINGS["saved_model"]):
        return [held_out.raw[0]]
    ids, mask = (held_out.inputs[each][0] for each in ("token_ids", "padding_mask"))
    return [str(number) for number in ids[: mask.sum()]]


@pytest.fixture(params=list(MAKERS))
def small(request):
    return small_bundle(request.param)


def run(small, name, folder):
    (program,) = programs(small)[name]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments(small, name, folder)],
        cwd=small.bundle.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("format", list(FORMATS))
def test_a_program_prints_the_scores_of_the_model(small, format, tmp_path):
    printed = run(small, HEADINGS[format], tmp_path)
    scores = re.search(r"^(?:scores )?\[\[([^]b]*)\]\]", printed, re.MULTILINE)
    assert scores, printed
    found = np.array(scores[1].split(), float)
    np.testing.assert_allclose(found, small.scores[0], atol=0.2)


def test_a_program_of_kerastl_prints_the_label(small, tmp_path):
    printed = run(small, KERASTL, tmp_path)
    assert small.exportable.class_names[small.scores[0].argmax()] in printed
