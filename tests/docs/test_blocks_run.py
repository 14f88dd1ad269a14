"""Every Python block of the docs and of README runs, in the order of its page, on small data.

In a tutorial, the commands of its `bash` blocks run as well.
"""

import logging
import re
import shlex
import shutil
from pathlib import Path

import keras
import matplotlib
import pytest

from kerastl.answering.serving.limited_server import LimitedServer
from kerastl.cli.main import main
from tests.cli.conftest import small_networks  # noqa: F401
from tests.cli.project import write_project
from tests.docs.preludes import BEFORE, COMMON, OTHERWISE, PRELUDES, REPLACED

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {
    **{path.relative_to(DOCS).with_suffix("").as_posix(): path for path in DOCS.rglob("[a-z]*.md")},
    "README": ROOT / "README.md",
}
BLOCK = re.compile(r"^```(python|bash)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# Copies of the project's data under the names that pages use.
COPIES = {
    "photos": ("trash", "images"),
    "new.jpg": ("photo.jpg",),
    "reviews.csv": ("movies.csv",),
    "names.conll": ("train.conll",),
}


def blocks(name):
    """Return the code of a page's blocks; a command of a tutorial becomes a call."""
    found = []
    for language, code in BLOCK.findall(PAGES[name].read_text(encoding="utf-8")):
        if language == "python":
            found.append(code)
        elif name.startswith("tutorials/"):
            lines = [shlex.split(line)[1:] for line in code.splitlines()]
            found.append("".join(f"assert command({words!r}) == 0\n" for words in lines))
    return found


WITH_CODE = [name for name in PAGES if blocks(name)]


def test_every_page_with_code_has_a_prelude_or_a_reason():
    assert sorted([*PRELUDES, *OTHERWISE]) == sorted(WITH_CODE)


@pytest.fixture
def folder(tmp_path, monkeypatch, short_minilm):
    write_project(tmp_path)
    for source, names in COPIES.items():
        for name in names:
            if (tmp_path / source).is_dir():
                shutil.copytree(tmp_path / source, tmp_path / name)
            else:
                shutil.copy(tmp_path / source, tmp_path / name)
    shutil.copytree(short_minilm, tmp_path / "preset")
    shutil.copy(short_minilm / "vocab.txt", tmp_path / "vocab.txt")
    films = (tmp_path / "films.csv").read_text(encoding="utf-8")
    (tmp_path / "news.csv").write_text(
        films.replace("genres", "topics").replace("plot", "text"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    keras.utils.set_random_seed(0)
    # A block sets the level of the messages, and a handler.
    loggers = logging.getLogger(), logging.getLogger("kerastl")
    before = [(each, each.level, list(each.handlers)) for each in loggers]
    yield tmp_path
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.mark.slow
@pytest.mark.usefixtures("small_networks", "folder")
@pytest.mark.parametrize("name", PRELUDES)
def test_the_blocks_of_a_page_run(name, monkeypatch):
    # It would run until somebody stops it: tests/cli/test_serve.py does.
    monkeypatch.setattr(LimitedServer, "run_until_stopped", LimitedServer.server_close)
    names = {"command": main}
    exec(compile(COMMON + PRELUDES[name], f"prelude of {name}", "exec"), names)
    replaced = dict(REPLACED.get(name, {}))
    used = set()
    for number, block in enumerate(blocks(name), start=1):
        exec(compile(BEFORE.get((name, number), ""), f"before block {number}", "exec"), names)
        for given, instead in replaced.items():
            if given in block:
                block, _ = block.replace(given, instead), used.add(given)
        exec(compile(block, f"block {number} of {name}", "exec"), names)
    assert used == set(replaced)
