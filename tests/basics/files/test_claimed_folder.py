import os
import platform
import signal
import time

import pytest

from kerastl.basics.files.claimed_folder import ClaimedFolder, abandoned_folders, folders_of
from kerastl.basics.files.process_lock import ProcessLock


def killed(work):
    """Do something in a copy of this process that is then killed."""
    child = os.fork()
    if child == 0:
        work()
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def abandoned(place, name):
    found = []
    for folder in abandoned_folders(place, name):
        found.append(folder.path)
        folder.remove()
    return found


def test_only_the_folder_of_a_killed_process_is_abandoned(tmp_path):
    alive = ClaimedFolder.make(tmp_path, "run")
    killed(lambda: ClaimedFolder.make(tmp_path, "run"))
    both = folders_of(tmp_path, "run")
    assert len(both) == 2
    assert abandoned(tmp_path, "run") == [each for each in both if each != alive.path]
    assert folders_of(tmp_path, "run") == [alive.path]
    alive.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["run.v2", "", "n" * 255, "ü", "run.00000000.abcdefgh"])
def test_folders_are_found_by_their_own_name_only(name, tmp_path):
    folder = ClaimedFolder.make(tmp_path, name)
    assert folders_of(tmp_path, name) == [folder.path]
    assert folders_of(tmp_path, "run") == []
    (tmp_path / ".kerastl-checkpoint").mkdir()
    assert folders_of(tmp_path, "checkpoint") == []


def test_a_folder_of_another_machine_is_kept_for_a_day(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(platform, "node", lambda: "elsewhere")
        folder = ClaimedFolder.make(tmp_path, "run")
        (folder.path / "new").mkdir()
        folder.release()
    (path,) = folders_of(tmp_path, "run")
    assert abandoned(tmp_path, "run") == []
    os.utime(path, (time.time() - 90_000,) * 2)
    assert abandoned(tmp_path, "run") == [path]


def test_a_folder_of_another_user_is_kept(tmp_path, monkeypatch):
    folder = ClaimedFolder.make(tmp_path, "run")
    (folder.path / "new").mkdir()
    folder.release()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert abandoned(tmp_path, "run") == []


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "photo.jpg").touch()
    folder = ClaimedFolder.make(tmp_path, "run")
    (folder.path / "new").symlink_to(tmp_path / "mine")
    folder.remove()
    link = tmp_path / f"{folder.path.name[:-8]}aaaaaaaa"
    link.symlink_to(tmp_path / "mine")
    assert abandoned(tmp_path, "run") == []
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["photo.jpg"]


def test_a_process_that_was_killed_before_its_lock_leaves_nothing(tmp_path):
    folder = ClaimedFolder.make(tmp_path, "run")
    folder.release()
    assert list(folder.path.iterdir()) == []
    assert abandoned(tmp_path, "run") == []
    assert not folder.path.exists()


def test_one_at_a_time_holds_a_lock_and_a_kill_frees_it(tmp_path):
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
    killed(lambda: ProcessLock(tmp_path / "lock").acquire())
    assert (tmp_path / "lock").exists()
    assert first.acquire()
    first.release()
    assert not (tmp_path / "lock").exists()


def test_a_file_system_without_locks_is_used_without(tmp_path, monkeypatch):
    from filelock import FileLock

    def has_none(self):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(FileLock, "_acquire", has_none)
    lock = ProcessLock(tmp_path / "lock")
    assert lock.acquire()
    lock.release()
