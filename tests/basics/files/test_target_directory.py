import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target
from tests.permissions import mode

MARKER = "report.json"


def write(target, overwrite=False):
    """Check a target and write it, as `save` and `export` do."""
    check_target(target, overwrite, MARKER)
    with whole_or_nothing(target, MARKER) as staged:
        for name in (MARKER, "a.bin", "z.bin"):
            (staged / name).write_text("new")
        (staged / "saved_model").mkdir()


def written(directory):
    return {path.name for path in directory.iterdir()} >= {MARKER, "a.bin", "z.bin", "saved_model"}


def leftovers(directory):
    return [path.name for path in directory.rglob("*") if path.name.startswith(".kerastl-")]


@pytest.fixture
def empty(tmp_path):
    directory = tmp_path / "empty"
    directory.mkdir()
    return directory


def linked(path):
    link = path.parent / "link"
    link.symlink_to(path, target_is_directory=True)
    return link


def working_directory(path, monkeypatch):
    monkeypatch.chdir(path)
    return Path()


@pytest.mark.parametrize("form", ["plain", "link", "dot", "dots", "ends in a dot", "system"])
def test_an_empty_directory_is_filled_and_stays_the_same_directory(form, empty, monkeypatch):
    before = empty.stat()
    target = empty
    if form == "link":
        target = linked(empty)
    elif form == "dot":
        target = working_directory(empty, monkeypatch)
    elif form == "dots":
        (empty / ".kerastl-other").mkdir()
        monkeypatch.chdir(empty / ".kerastl-other")
        target = Path("..")
    elif form == "ends in a dot":
        target = empty / "."
    elif form == "system":
        (empty / "lost+found").mkdir()
    write(target)
    assert written(empty)
    assert (empty.stat().st_ino, empty.stat().st_mode) == (before.st_ino, before.st_mode)
    assert [name for name in leftovers(empty.parent) if name != ".kerastl-other"] == []


def test_the_marker_comes_last_and_a_failure_empties_the_directory(empty, monkeypatch):
    moved = []
    rename = os.rename

    def fails_at_the_marker(source, target):
        if Path(target).parent == empty:
            moved.append(Path(target).name)
            if moved[-1] == MARKER:
                raise OSError(5, "broken disk")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fails_at_the_marker)
    with pytest.raises(OSError, match="broken disk"):
        write(empty)
    assert moved[-1] == MARKER
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("form", ["link", "dot", "ancestor", "mount", "bind mount"])
def test_what_cannot_be_replaced_is_refused_first(form, tmp_path, monkeypatch):
    target = earlier = tmp_path / "bundle"
    write(earlier)
    why = "is or contains the working directory"
    if form == "link":
        target, why = linked(earlier), "is a symbolic link"
    elif form == "dot":
        target = working_directory(earlier, monkeypatch)
    elif form == "ancestor":
        working_directory(earlier / "saved_model", monkeypatch)
        target = Path("..")
    else:
        why = "is a mount point"
        simulate_mount(earlier, monkeypatch, bound=form == "bind mount")
    with pytest.raises(FileExistsError, match=f"cannot be replaced because its directory {why}"):
        check_target(target, overwrite=True, marker=MARKER)
    with pytest.raises(FileExistsError, match="pass --overwrite to replace"):
        check_target(target, overwrite=False, marker=MARKER, option="--overwrite")
    assert written(earlier)
    assert leftovers(tmp_path) == []


def simulate_mount(directory, monkeypatch, bound):
    """Make one directory a mount point for Python; `ismount` does not see a bind mount."""
    rename, ismount = os.rename, os.path.ismount

    def refuses(source, target):
        if Path(source) == directory:
            raise OSError(18 if Path(target).parent == directory else 16, "mounted")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuses)
    found = (lambda path: False) if bound else (lambda path: path == directory or ismount(path))
    monkeypatch.setattr(os.path, "ismount", found)


def test_other_targets_are_refused_first(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    for name, error, message in (
        ("file", FileExistsError, "is not a bundle"),
        ("pipe", FileExistsError, "is not a bundle"),
        ("full", FileExistsError, "is not a bundle"),
        ("dangling", FileExistsError, "symbolic link to a path that does not exist"),
        ("loop", FileExistsError, "symbolic link"),
        ("file/bundle", NotADirectoryError, "cannot be created or written to: Not a directory"),
        ("dangling/bundle", OSError, "cannot be created or written to"),
        ("new/" + "n" * 300, OSError, "File name too long"),
        ("nul\0l", ValueError, "not valid: embedded null byte"),
    ):
        with pytest.raises(error, match=message) as caught:
            check_target(tmp_path / name, overwrite=True, marker=MARKER)
        assert "Received: " in str(caught.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["bundle", "new/bundle", "earlier", "empty"])
def test_a_read_only_place_is_refused_first(name, tmp_path, empty):
    write(tmp_path / "earlier")
    closed = empty if name == "empty" else tmp_path
    with (
        mode(closed, 0o500),
        pytest.raises(PermissionError, match="cannot be created or written to"),
    ):
        check_target(tmp_path / name, overwrite=True, marker=MARKER)


def test_the_check_leaves_nothing(tmp_path):
    check_target(tmp_path / "new" / "bundle", overwrite=False, marker=MARKER)
    assert list(tmp_path.iterdir()) == []


REAL = """
import subprocess, sys
from pathlib import Path
from tests.basics.files.test_target_directory import check_target, write, MARKER
root = Path(sys.argv[1])
def refused(path):
    try:
        check_target(path, True, MARKER)
    except OSError as error:
        print(error)
for name, options in (("tmpfs", ["-t", "tmpfs", "none"]), ("bind", ["--bind", str(root / "from")])):
    (root / name).mkdir()
    subprocess.run(["mount", *options, str(root / name)], check=True)
    write(root / name)
    refused(root / name)
    write(root / name / "sub" / "bundle")
subprocess.run(["mount", "-o", "remount,ro,bind", str(root / "bind")], check=True)
refused(root / "bind" / "another")
"""


def test_real_mounts(tmp_path):
    (tmp_path / "from").mkdir()
    alone = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not allow mounts in a namespace")
    done = subprocess.run(
        [*alone, sys.executable, "-c", REAL, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert ["is a mount point" in line for line in lines] == [True, True, False]
    assert "Read-only file system" in lines[2]
