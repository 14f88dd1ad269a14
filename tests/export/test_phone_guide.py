"""The commands of docs/phone.md, run as written except for the paths of the bundles."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.export.conftest import MEDIAPIPE

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "phone.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("python export/")
]


def test_the_guide_names_every_receiver():
    named = {command.split("/")[1] for command in COMMANDS}
    assert named == {"python", "mediapipe"}
    apps = set(re.findall(r"^kerastl app (\w+)", GUIDE, re.MULTILINE))
    assert apps == {"web", "android", "ios"}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_the_guide_says(command, photos, reviews, mediapipe_answers, tmp_path):
    python, program, *arguments = shlex.split(command)
    assert python == "python"
    places = {
        "out/trash": str(photos.bundle.directory),
        "out/reviews": str(reviews.bundle.directory),
        "photo.jpg": photos.items[0],
    }
    if "mediapipe" in program:
        # This program has run once for all files, with the guide's item among others.
        assert ROOT / program == MEDIAPIPE
        kind = "reviews" if "reviews" in arguments[0] else "photos"
        items, labels, scores = mediapipe_answers[kind, Path(arguments[0]).stem]
        place = items.index(places.get(arguments[1], arguments[1]))
        bundle = reviews.bundle if kind == "reviews" else photos.bundle
        _check(labels[place], scores[place], bundle)
        return
    for place, real in places.items():
        arguments = [argument.replace(place, real) for argument in arguments]
    done = subprocess.run(
        [sys.executable, str(ROOT / program), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bundle = reviews.bundle if "reviews" in command else photos.bundle
    item, label, score = done.stdout.strip().split("\t")
    assert item == arguments[-1]
    _check(label, float(score), bundle)


def _check(label, score, bundle):
    assert label in bundle.labels
    assert 1 / len(bundle.labels) <= score <= 1
