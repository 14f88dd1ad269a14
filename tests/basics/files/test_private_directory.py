import os
import stat

import pytest

from kerastl.basics.files import private_directory
from kerastl.basics.files.private_directory import make_private, why_not_own, why_not_private

ME, OTHER = os.geteuid(), 12345


@pytest.fixture
def owned(monkeypatch):
    """A function that makes a path belong to another user, for `lstat`."""
    given = {}
    lstat = os.lstat

    def seen(path):
        found = lstat(path)
        if str(path) in given:
            values = list(found)
            values[stat.ST_UID] = given[str(path)]
            return os.stat_result(values)
        return found

    monkeypatch.setattr(os, "lstat", seen)
    return lambda path, user: given.update({str(path): user})


@pytest.mark.parametrize(
    ("mode", "private"),
    [(0o700, True), (0o755, True), (0o777, False), (0o1777, False), (0o702, False)],
)
def test_a_directory_that_everybody_may_write_to_is_not_private(tmp_path, mode, private):
    tmp_path.chmod(mode)
    assert (why_not_private(tmp_path) is None) is private
    assert (why_not_own(tmp_path) is None) is private


@pytest.mark.parametrize(
    ("name", "members", "private"),
    [("me", [], True), ("me", ["me"], True), ("me", ["me", "you"], False), ("lab", [], False)],
)
def test_the_group_may_write_if_it_is_the_users_own(tmp_path, monkeypatch, name, members, private):
    import grp
    import pwd

    monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group((name, "x", 7, members)))
    user = pwd.struct_passwd(("me", "x", ME, 7, "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: user)
    tmp_path.chmod(0o770)
    assert (why_not_private(tmp_path) is None) is private


@pytest.mark.parametrize(("user", "private"), [(ME, True), (0, True), (OTHER, False)])
def test_a_directory_of_another_user_is_not_private(tmp_path, owned, user, private):
    owned(tmp_path, user)
    assert (why_not_private(tmp_path) is None) is private


@pytest.mark.parametrize(("mode", "private"), [(0o777, False), (0o1777, True), (0o775, True)])
def test_what_is_above_is_not_replaced_by_everybody(tmp_path, mode, private):
    (tmp_path / "features").mkdir(mode=0o700)
    tmp_path.chmod(mode)
    assert (why_not_private(tmp_path / "features") is None) is private
    assert (why_not_private(tmp_path / "missing") is None) is private or mode == 0o777
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(("user", "private"), [(ME, True), (OTHER, False)])
@pytest.mark.parametrize("relative", [False, True])
def test_a_link_to_a_directory_counts_by_its_owner_and_its_target(
    tmp_path, owned, user, private, relative
):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "link"
    link.symlink_to("disk" if relative else tmp_path / "disk")
    owned(link, user)
    assert (why_not_private(link) is None) is private
    assert (why_not_private(link / "below") is None) is private
    (tmp_path / "disk").chmod(0o777)
    assert why_not_private(link) is not None


def test_a_circle_of_links_is_an_error(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        why_not_private(tmp_path / "a" / "features")


def test_a_system_without_owners_has_private_directories(tmp_path, monkeypatch):
    monkeypatch.delattr(private_directory.os, "getuid")
    tmp_path.chmod(0o777)
    assert why_not_private(tmp_path) is None
    assert why_not_own(tmp_path) is None


def test_what_is_made_is_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    for place in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o755
