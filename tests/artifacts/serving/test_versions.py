import pytest

from kerastl.artifacts.serving.versions import next_version


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], 1), (["1"], 2), (["1", "2", "10"], 11), (["7", "latest", ".incoming-9"], 8)],
)
def test_it_is_one_more_than_the_highest(tmp_path, names, expected):
    for name in names:
        (tmp_path / name).mkdir()
    assert next_version(tmp_path) == expected


def test_a_file_is_no_version_and_a_missing_directory_has_none(tmp_path):
    (tmp_path / "5").write_text("x")
    assert next_version(tmp_path) == 1
    assert next_version(tmp_path / "missing") == 1
