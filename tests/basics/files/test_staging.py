import errno
import os

import pytest

from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target
from tests.permissions import mode


def test_missing_parents_are_made(tmp_path):
    target = tmp_path / "a" / "b" / "bundle"
    with whole_or_nothing(target, "report.json") as staged:
        (staged / "file").write_text("x")
        assert not target.exists()
    assert (target / "file").read_text() == "x"
    assert [path.name for path in target.parent.iterdir()] == ["bundle"]


def test_others_may_read_what_was_staged(tmp_path):
    with whole_or_nothing(tmp_path / "bundle", "report.json"):
        pass
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "bundle").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("failure", [ValueError("no"), KeyboardInterrupt()])
def test_failure_keeps_what_was_there(tmp_path, failure):
    target = tmp_path / "bundle"
    target.mkdir()
    (target / "old").write_text("x")

    def fail_half_way():
        with whole_or_nothing(target, "report.json") as staged:
            (staged / "new").write_text("y")
            raise failure

    with pytest.raises(type(failure)):
        fail_half_way()
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    assert [path.name for path in target.iterdir()] == ["old"]


def test_full_disk_is_recognised_inside_other_errors(tmp_path):
    with (
        pytest.raises(OSError, match="disk is full") as caught,
        whole_or_nothing(tmp_path / "bundle", "report.json"),
    ):
        raise RuntimeError(f"RESOURCE_EXHAUSTED: x.data: {os.strerror(errno.ENOSPC)}")
    assert caught.value.errno == errno.ENOSPC


def test_parent_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(OSError, match="cannot be created"),
        whole_or_nothing(tmp_path / "file" / "bundle", "report.json"),
    ):
        pass


def test_target_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileExistsError, match="not a bundle"):
        check_target(tmp_path / "file", overwrite=True, marker="report.json")


def test_parent_without_permission(tmp_path):
    with (
        mode(tmp_path, 0o500),
        pytest.raises(OSError, match="cannot be created"),
        whole_or_nothing(tmp_path / "bundle", "report.json"),
    ):
        pass
