import pytest

from kerastl.cli.main import main
from kerastl.cli.messages import with_options


def test_options_that_the_command_lacks_stay_as_they_are() -> None:
    message = "Pass `separator=';'` or `pixel_range=(0, 1)`. Received: separator=1"
    expected = "Pass `--separator ';'` or `pixel_range=(0, 1)`. Received: separator=1"
    assert with_options(message, ["--separator"]) == expected
    assert with_options(message, []) == message


@pytest.mark.parametrize(
    ("content", "options", "advice"),
    [
        ("text,label\nthé,1\n".encode("latin-1"), [], "`--encoding cp1252`"),
        (b"text;label\na;1\n", ["--separator", ","], "pass the character between two cells"),
        (b"image,label\nnone.png,1\n", ["--image", "image"], "`--on-error skip`"),
    ],
)
def test_advice_of_a_reader_has_the_options_of_the_command(
    tmp_path, capsys, content, options, advice
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert main(["fit", str(path), *options, "--out", str(tmp_path / "out")]) == 2
    assert advice in capsys.readouterr().err


def test_a_run_file_has_the_names_of_the_settings(tmp_path, capsys) -> None:
    (tmp_path / "t.csv").write_bytes("text,label\nthé,1\n".encode("latin-1"))
    (tmp_path / "run.yaml").write_text("data:\n  path: t.csv\nout: out\n")
    assert main(["fit", str(tmp_path / "run.yaml")]) == 2
    assert '`encoding="cp1252"`' in capsys.readouterr().err
