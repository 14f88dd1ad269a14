from pathlib import Path

import pytest

from kerastl.cli.run_file.data.images import ImageFolder
from kerastl.cli.run_file.data.tables import ClassTable
from kerastl.cli.run_file.target_section import TargetSection
from tests.data.drawing import colourful, encode


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_bytes("text;x\ncafé;1\n;2\n".encode("latin-1"))
    return tmp_path / "t.csv"


def test_the_settings_of_the_labelled_data_are_the_defaults(table: Path) -> None:
    data = ClassTable(table, encoding="latin-1", separator=";", on_error="skip")
    assert list(TargetSection(table).read(data).inputs) == ["café"]


def test_the_target_has_settings_of_its_own(table: Path) -> None:
    target = TargetSection(table, text="x", encoding="latin-1", separator=";")
    assert list(target.read(ClassTable(table, text="review")).inputs) == ["1", "2"]


def test_errors_name_the_settings_of_the_target(table: Path) -> None:
    with pytest.raises(ValueError, match=r"such as `target_encoding=\"cp1252\"`"):
        TargetSection(table).read(ClassTable(table))


def test_a_table_of_images_next_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(encode(colourful(), "PNG"))
    (tmp_path / "t.csv").write_text("image,file\n1.png,1\nnone.png,2\n")
    data = ImageFolder(tmp_path, on_error="skip")
    assert len(TargetSection(tmp_path / "t.csv").read(data)) == 1
    assert len(TargetSection(tmp_path).read(data)) == 1
    assert len(TargetSection(tmp_path / "t.csv", image="file").read(data)) == 1
