import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerastl.basics.files import recovery, staging
from kerastl.basics.files.exchange import exchange
from kerastl.basics.files.recovery import read_whole
from kerastl.basics.files.scratch import claim_scratch, scratch_folder
from kerastl.basics.files.staging import whole_addition, whole_file, whole_or_nothing

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys
from pathlib import Path
from kerastl.basics.files import staging
if sys.argv[2] == "without":
    staging.exchange = lambda first, second: False
print("begun", flush=True)
for count in range(100_000):
    with staging.whole_or_nothing(Path(sys.argv[1]), "b") as staged:
        for name in "ab":
            (staged / name).write_text(str(count))
"""


def write(target, said):
    with whole_or_nothing(target, "b") as staged:
        for name in "ab":
            (staged / name).write_text(said)


def both(directory):
    return tuple((directory / name).read_text() for name in "ab")


@pytest.mark.parametrize("way", ["with", "without"])
def test_a_reader_never_finds_half_of_a_replacement(way, tmp_path):
    write(tmp_path / "target", "0")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "target"), way],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        writer.stdout.readline()
        found = []
        # On a busy machine, the writer may get no time while this process reads.
        while len(found) < 300 or (len(set(found)) < 2 and len(found) < 100_000):
            found.append(read_whole(tmp_path / "target", both))
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert {first == second for first, second in found} == {True}
    assert len(set(found)) > 1
    read_whole(tmp_path / "target", both)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_what_is_replaced_without_end_is_an_error(tmp_path):
    write(tmp_path / "target", "0")

    def read(directory):
        write(tmp_path / "target", "1")
        return both(directory)

    with pytest.raises(OSError, match="replaces the directory while it is read"):
        read_whole(tmp_path / "target", read)


def test_an_error_of_the_reader_is_its_own(tmp_path):
    write(tmp_path / "target", "0")
    with pytest.raises(ZeroDivisionError):
        read_whole(tmp_path / "target", lambda directory: 1 / 0)


def test_exchange(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "b").exists()
    assert not exchange(tmp_path / "a", tmp_path / "missing")
    assert (tmp_path / "a" / "b").exists()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_ctrl_c_between_two_renames_keeps_the_old_one(moment, tmp_path, monkeypatch):
    write(tmp_path / "target", "0")
    rename = os.rename

    def interrupted(source, goal):
        monkeypatch.undo()
        if moment == "after":
            rename(source, goal)
        raise KeyboardInterrupt

    monkeypatch.setattr(staging, "exchange", lambda first, second: False)
    monkeypatch.setattr(os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "target", "1")
    assert both(tmp_path / "target") == ("0", "0")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_directory_that_was_moved_elsewhere_does_not_come_back(tmp_path, monkeypatch):
    """Between a kill and the next load, a user may have put something else there."""
    write(tmp_path / "target", "0")
    monkeypatch.setattr(staging, "exchange", lambda first, second: False)
    monkeypatch.setattr(staging, "finish", lambda folder, target: folder.release())
    write(tmp_path / "target", "1")
    monkeypatch.undo()
    (tmp_path / "target").rename(tmp_path / "elsewhere")
    recovery.recover(tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_an_addition_replaces_nothing(tmp_path):
    (tmp_path / "a").write_text("mine")
    with (
        pytest.raises(FileExistsError, match="nothing is replaced"),
        whole_addition(tmp_path, "a") as staged,
    ):
        (staged / "a").write_text("theirs")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "mine"


def test_a_file_is_replaced_at_the_end_or_not_at_all(tmp_path):
    target = tmp_path / "new" / "plot.png"
    with whole_file(target) as written:
        assert written.suffix == ".png"
        written.write_text("old")
        assert not target.exists()
    with pytest.raises(ZeroDivisionError), whole_file(target) as written:
        written.write_text(str(1 / 0))
    assert [path.name for path in target.parent.iterdir()] == ["plot.png"]
    assert target.read_text() == "old"


def test_scratch_folders_of_killed_processes_are_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = claim_scratch()
    (left.path / "features.npy").write_bytes(b"0" * 1000)
    left.release()
    alive = claim_scratch()
    assert not left.path.exists()
    with scratch_folder() as folder:
        assert folder.is_dir()
        assert alive.path.is_dir()
    alive.remove()
    assert list(tmp_path.iterdir()) == []
