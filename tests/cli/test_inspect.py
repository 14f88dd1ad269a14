"""From a folder to a page, and from the table back to training, in one command each."""

import csv

import pytest

from kerastl.cli.main import main


def test_a_page_and_a_table_are_written(digits, tmp_path, capsys):
    page = tmp_path / "look.html"
    assert main(["inspect", str(digits), "--backbone", "none", "--out", str(page)]) == 0
    printed = capsys.readouterr().out
    assert "48 images, 3 classes" in printed
    assert "look-corrections.csv" in printed
    assert max(map(len, printed.splitlines()[:-1])) <= 100
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with page.with_name("look-corrections.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["example", "problem", "given", "suggested", "keep"]


def test_a_broken_image_is_listed(digits, tmp_path, capsys):
    import shutil

    folder = shutil.copytree(digits, tmp_path / "photos")
    (folder / "digit0" / "broken.png").write_bytes(b"no image")
    page = tmp_path / "look.html"
    assert main(["inspect", str(folder), "--backbone", "none", "--out", str(page)]) == 0
    assert "1  unreadable example\n" in capsys.readouterr().out
    assert "broken.png" in page.read_text(encoding="utf-8")


def test_a_page_that_would_replace_the_data_is_refused(reviews, capsys):
    words = ["inspect", str(reviews), "--text", "review", "--label", "sentiment", "--out"]
    assert main([*words, str(reviews)]) == 2
    assert "names of their own" in capsys.readouterr().err
    assert reviews.read_text(encoding="utf-8").startswith("review")


@pytest.mark.slow
@pytest.mark.usefixtures("small_networks")
def test_wrong_labels_are_found_and_corrected(digits, tmp_path, capsys):
    import shutil

    folder = shutil.copytree(digits, tmp_path / "photos")
    wrong = folder / "digit1" / "wrong.png"
    shutil.move(folder / "digit0" / "3.png", wrong)
    page, table = tmp_path / "look.html", tmp_path / "look.csv"
    assert main(["inspect", str(folder), "--out", str(page)]) == 0
    assert "labels that look wrong" in capsys.readouterr().out
    row = f"{wrong},label,digit1,digit0,suggested\n"
    table.write_text(f"example,problem,given,suggested,keep\n{row}", encoding="utf-8")
    again = ["inspect", str(folder), "--out", str(page), "--backbone", "none"]
    assert main([*again, "--corrections", str(table)]) == 0
    assert "corrections: 1 label changed" in capsys.readouterr().out
