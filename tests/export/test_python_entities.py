"""The Python program for entities gives the spans of the recipe, and each program its own files."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import kerastl as ktl
from kerastl.cli.main import main
from tests.contracts.entities_under_test import entity_case
from tests.export import tiny_files

FOLDER = Path(__file__).resolve().parents[2] / "export" / "python"
PROGRAMS = ("classify", "detect", "entities")
MIXED = [
    "",
    " ",
    "🎬 Ada Lovelace\u00a0in 東京.",
    "a\0b\x07c",
    "x" * 600,
    "İstanbul, ẞ! don't",
    "…",
]


@pytest.fixture(scope="module")
def programs():
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in PROGRAMS}
    finally:
        sys.path.remove(str(FOLDER))
        for name in PROGRAMS:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small tagger and its file."""
    case = entity_case()
    recipe = case.make()
    recipe.fit(case.data, case.quick, verbose=0)
    folder = tmp_path_factory.mktemp("entities") / "bundle"
    bundle = recipe.export(
        folder, formats=("tflite",), quantize=("float32",), max_drop=None, min_agreement=None
    )
    return case, recipe, bundle


@pytest.fixture(scope="module")
def files(small, tmp_path_factory):
    """A file for each program."""
    folder = tmp_path_factory.mktemp("files")
    return {
        "classify": tiny_files.text_file(folder),
        "detect": tiny_files.detection_file(folder),
        "entities": small[2].path("tflite/float32"),
    }


def equal(entity, expected):
    assert tuple(entity[:3]) == (expected.start, expected.end, expected.label)
    assert entity.score == pytest.approx(expected.score, abs=1e-4)


def agree(tagger, recipe, texts):
    """Compare all entities, and return how many there are."""
    count = 0
    for text, expected in zip(texts, recipe.predict(texts), strict=True):
        found = tagger(text)
        assert len(found) == len(expected), repr(text)
        for one, other in zip(found, expected, strict=True):
            equal(one, other)
        count += len(found)
    return count


def test_spans_are_those_of_the_recipe(programs, small):
    case, recipe, bundle = small
    tagger = programs["entities"].Tagger(bundle.path("tflite/float32"))
    texts = [*MIXED, *case.data.test.inputs, " ".join(case.data.test.inputs)]
    assert agree(tagger, recipe, list(map(str, texts))) > 20


@pytest.mark.slow
def test_spans_of_500_messages_are_those_of_the_recipe(
    programs, shared, short_minilm, tmp_path_factory
):
    folder = shared / "text" / "wnut17"
    data = ktl.data.conll(
        folder / "wnut17train.conll",
        validation=folder / "emerging.dev.conll",
        test=folder / "emerging.test.annotated",
    )
    # Of this length, every second message needs several windows.
    recipe = ktl.TokenClassification("bert", weights=str(short_minilm), sequence_length=24)
    recipe.fit(data, [ktl.Phase("all", epochs=2)], verbose=0)
    bundle = recipe.export(
        tmp_path_factory.mktemp("messages") / "bundle",
        formats=("tflite",), quantize=("float32",), max_drop=None, min_agreement=None,
    )  # fmt: skip
    tagger = programs["entities"].Tagger(bundle.path("tflite/float32"))
    assert agree(tagger, recipe, [str(text) for text in data.test.inputs[:500]]) > 100


def run(program, *arguments, **options):
    words = [sys.executable, str(FOLDER / f"{program}.py"), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, **options)


def test_the_program_prints_spans(small, files):
    case, recipe, _ = small
    texts = list(map(str, case.data.test.inputs[:5]))
    done = run("entities", files["entities"], *texts)
    assert done.returncode == 0, done.stderr
    expected = [
        [entity.text, entity.label, str(entity.start), str(entity.end)]
        for answer in recipe.predict(texts)
        for entity in answer
    ]
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [[*row[:2], *row[3:]] for row in rows] == expected != []


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_file_of_another_task_is_refused_with_the_right_program(files, program):
    for right, path in files.items():
        if right != program:
            done = run(program, path, "item")
            assert done.returncode == 1
            assert done.stderr.count("\n") == 1
            assert f"{program}.py does not answer" in done.stderr
            assert f"use {right}.py. Received: {str(path)!r}" in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_wrong_arguments_are_one_sentence(files, program, tmp_path):
    (tmp_path / "other.tflite").write_bytes(b"no archive")
    cases = [
        ((files[program],), "usage: python"),
        ((tmp_path / "absent.tflite", "x"), "This is not a file that kerastl exported"),
        ((tmp_path / "other.tflite", "x"), "This is not a file that kerastl exported"),
    ]
    if program == "detect":
        cases.append(((files[program], tmp_path / "absent.png"), "must be a regular file"))
    for arguments, said in cases:
        done = run(program, *arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_closed_pipe_is_no_error(small, files, program, tmp_path):
    from PIL import Image

    Image.new("RGB", (40, 40), "red").save(tmp_path / "photo.png")
    item = tmp_path / "photo.png" if program == "detect" else str(small[0].data.test.inputs[0])
    words = [sys.executable, str(FOLDER / f"{program}.py"), str(files[program]), str(item)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    with process.stderr as lines:
        # The runtime names its kernels there.
        said = [line for line in lines.read().splitlines() if not line.startswith(b"INFO: ")]
    assert (process.wait(), said) == (0, [])


def test_the_app_of_an_entity_bundle_runs(small, tmp_path, capsys):
    case, _, bundle = small
    out = tmp_path / "app"
    assert main(["app", "python", str(out), "--bundle", str(bundle.directory)]) == 0
    assert "python entities.py float32.tflite" in (out / "README.md").read_text(encoding="utf-8")
    words = [sys.executable, "entities.py", "float32.tflite", str(case.data.test.inputs[0])]
    done = subprocess.run(words, cwd=out, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\t" in done.stdout
