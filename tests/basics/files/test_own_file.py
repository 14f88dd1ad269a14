import os

import pytest

from kerastl.basics.files.own_file import LinkedFileError, create_own, open_own, replace_text


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_is_replaced_and_its_target_stays(tmp_path, link):
    (tmp_path / "target").write_bytes(b"mine")
    link(tmp_path / "target", tmp_path / "new")
    with create_own(tmp_path / "new") as file:
        file.write(b"written")
    link(tmp_path / "target", tmp_path / "text.new")
    replace_text(tmp_path / "text", "written")
    assert (tmp_path / "target").read_bytes() == b"mine"
    for name in ("new", "text"):
        assert (tmp_path / name).read_bytes() == b"written"
        assert not (tmp_path / name).is_symlink()


@pytest.mark.parametrize("writes", [False, True])
def test_only_a_file_of_one_name_is_opened(tmp_path, writes):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with open_own(path, writes=writes) as file:
        assert file.read() == b"content"
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    os.link(path, tmp_path / "second")
    names = ["link", "pipe", *(["file", "second"] if writes else [])]
    for name in names:
        with pytest.raises(LinkedFileError):
            open_own(tmp_path / name, writes=writes)
    with pytest.raises(OSError, match="No such file"):
        open_own(tmp_path / "missing", writes=writes)
