import pytest

from kerastl.cli.run_file.document import read_document


def written(folder, text):
    path = folder / "run.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_settings_know_their_lines(tmp_path):
    path = written(tmp_path, "data:\n  path: a\nschedule:\n- trains: head\n- trains: all\n")
    document = read_document(path)
    assert document.value == {
        "data": {"path": "a"},
        "schedule": [{"trains": "head"}, {"trains": "all"}],
    }
    place = document.place
    assert str(place.error("x")) == f"{path}: x"
    assert str(place.at("data").at("path").error("x")) == f"{path}, line 2, data.path: x"
    phase = place.at("schedule").at("1")
    assert str(phase.error("x")) == f"{path}, line 5, schedule.1: x"
    # What is not there is said to be missing from what is.
    assert str(phase.at("epochs").error("x")) == f"{path}, line 5, schedule.1.epochs: x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("data: [", "line 1: Not valid YAML: expected"),
        ("data:\n  path: a\n  path: b\n", "line 3: A key is given twice. Received: 'path'"),
        ("a: 1\nb: {c: 1}\na: 2\n", "line 3: A key is given twice. Received: 'a'"),
        ("a: !!python/object:os.system {}\n", "line 1: Not valid YAML: could not determine"),
        (b"path: caf\xe9\n", "run.yaml: The file is not written in utf-8"),
        ("a: \x00\n", "run.yaml: Not valid YAML"),
    ],
)
def test_what_is_no_readable_yaml_is_one_error(text, said, tmp_path):
    with pytest.raises(ValueError, match=r"run\.yaml") as error:
        read_document(written(tmp_path, text))
    assert said in str(error.value)


def test_aliases_of_aliases_are_counted_once(tmp_path):
    lines = ["a0: &a0 [x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    with pytest.raises(ValueError, match=r"aliases .* stand for too much"):
        read_document(written(tmp_path, "\n".join(lines)))


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such file.*nothing\.yaml"):
        read_document(tmp_path / "nothing.yaml")
