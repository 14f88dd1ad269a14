import csv

import pytest

import kerastl as ktl
from kerastl.cli.main import main


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_suggested_images_are_labelled_and_added(
    digits_run, digits, other_digits, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["suggest", str(digits_run), str(other_digits), "--count", "4", "--out",
                 "to_label.csv"]) == 0  # fmt: skip
    assert "--more" in capsys.readouterr().out
    rows = rows_of("to_label.csv")
    assert list(rows[0]) == ["image", "label", "guess", "probability", "score"]
    assert len({row["image"] for row in rows}) == 4
    for row in rows[:3]:
        row["label"] = row["image"].split("/")[-2]
    with open("to_label.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    data = ktl.data.with_more(ktl.data.image_folder(digits), "to_label.csv")
    added = [data.train[place].label for place in range(-3, 0)]
    assert added == [row["label"] for row in rows[:3]]
    assert main(["suggest", str(digits_run), str(other_digits), "--out", "to_label.csv"]) == 2
    assert "may have labels already" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["table", "lines"])
def test_suggested_texts(reviews_run, reviews, kind, tmp_path, capsys):
    texts = [row["review"] for row in rows_of(reviews)]
    pool = tmp_path / "pool.txt"
    pool.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    given = [str(reviews), "--text", "review"] if kind == "table" else [str(pool)]
    assert main(["suggest", str(reviews_run), *given, "--count", "3"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 3
    for score, guess, probability, text in lines:
        assert 0 <= float(score) <= 1
        assert 0.5 <= float(probability) <= 1
        assert guess in ("positive", "negative")
        assert text in texts


def test_what_cannot_be_suggested(reviews_run, exported, tmp_path, capsys):
    bundle = exported(reviews_run, "float32")
    (tmp_path / "empty.txt").write_text("\n")
    for words, said in (
        ([str(bundle), "x.txt"], "A bundle has no features"),
        ([str(tmp_path), "x.txt"], "Received"),
        ([str(reviews_run), str(tmp_path / "absent.txt")], "absent.txt"),
        ([str(reviews_run), str(tmp_path / "empty.txt")], "The file has no text"),
        ([str(reviews_run), "x.txt", "--count", "0"], "count"),
    ):
        assert main(["suggest", *words]) == 2
        assert said in capsys.readouterr().err
