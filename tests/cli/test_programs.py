from pathlib import Path

import pytest

from kerastl.cli.carried.programs import find_programs, programs_folder
from kerastl.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = '''"""Sort reviews.

More words.
"""
from pathlib import Path

DATA = Path(__file__).parent / "reviews" / "movies.csv"
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "recipes"
    for name in ("reviews", "unused"):
        (folder / name).mkdir(parents=True)
        (folder / name / "movies.csv").write_text("text,label\n")
    (folder / "sort_reviews.py").write_text(PROGRAM)
    monkeypatch.setattr("kerastl.cli.carried.programs.programs_folder", lambda: folder)
    return folder


def test_the_repository_is_where_programs_lie():
    assert programs_folder() == ROOT / "recipes"


def test_every_program_of_the_project_describes_itself():
    for program in find_programs(programs_folder()).values():
        assert program.about, f"{program.path} has no docstring"


def test_an_installed_package_carries_its_programs(tmp_path, monkeypatch):
    (tmp_path / "kerastl/_recipes").mkdir(parents=True)
    monkeypatch.setattr(
        "kerastl.cli.carried.folder.__file__", str(tmp_path / "kerastl/cli/carried/folder.py")
    )
    assert programs_folder() == tmp_path / "kerastl/_recipes"
    (tmp_path / "kerastl/_recipes").rmdir()
    with pytest.raises(FileNotFoundError, match="without its recipes"):
        programs_folder()


def test_list(folder, capsys):
    assert main(["recipes", "list"]) == 0
    assert capsys.readouterr().out == "sort_reviews  Sort reviews.\n"


def test_copy_takes_the_program_and_the_data_it_names(folder, tmp_path, capsys):
    target = tmp_path / "mine"
    assert main(["recipes", "copy", "sort_reviews", str(target)]) == 0
    assert (target / "sort_reviews.py").read_text() == PROGRAM
    assert (target / "reviews/movies.csv").is_file()
    assert not (target / "unused").exists()
    assert capsys.readouterr().out.split() == [
        str(target / "sort_reviews.py"),
        str(target / "reviews"),
    ]


@pytest.mark.parametrize("there", ["sort_reviews.py", "reviews"])
def test_copy_replaces_nothing(there, folder, tmp_path, capsys):
    target = tmp_path / "mine"
    target.mkdir()
    (target / there).write_text("the user's own")
    assert main(["recipes", "copy", "sort_reviews", str(target)]) == 2
    assert there in capsys.readouterr().err
    assert [path.name for path in target.iterdir()] == [there]
    assert (target / there).read_text() == "the user's own"


def test_copy_of_an_unknown_program_names_the_nearest(folder, tmp_path, capsys):
    assert main(["recipes", "copy", "sort_review", str(tmp_path / "mine")]) == 2
    assert "Did you mean 'sort_reviews'?" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()
