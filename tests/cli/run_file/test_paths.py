from pathlib import Path

import pytest

from kerastl.cli.run_file.paths import from_file, relative, to_file


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A working directory with weights beside a run file in another folder."""
    (tmp_path / "runs/a").mkdir(parents=True)
    for name in ("runs/w.h5", "imagenet"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("in_file", "seen", "written"),
    [
        ("w.h5", "runs/w.h5", "../w.h5"),
        ("imagenet", "imagenet", "imagenet"),
        ("bert_base_en", "bert_base_en", "bert_base_en"),
        ("hf://user/model", "hf://user/model", "hf://user/model"),
    ],
)
def test_paths_move_and_names_stay(in_file, seen, written, project):
    assert from_file(in_file, Path("runs"), ("imagenet",)) == seen
    assert to_file(seen, Path("runs/a"), ("imagenet",)) == written


def test_absolute_paths_are_read_and_not_written(project):
    path = str(project / "runs/w.h5")
    assert from_file(path, Path("runs"), ()) == path
    assert to_file(path, Path("runs"), ()) == "w.h5"
    assert relative(project / "data", Path("runs")) == "../data"


def test_a_path_on_another_drive_is_absolute(project, monkeypatch):
    def on_another_drive(path, start):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("os.path.relpath", on_another_drive)
    assert relative(Path("data"), Path("runs")) == str(project / "data")
