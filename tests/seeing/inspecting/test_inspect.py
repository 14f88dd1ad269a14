"""Planted problems are found, and clean data has none."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

import kerastl as ktl
from kerastl.seeing.inspecting.groups import Groups
from kerastl.seeing.inspecting.labels.classes import class_evidence
from kerastl.seeing.inspecting.labels.out_of_fold import OutOfFold
from kerastl.seeing.inspecting.near_texts import join_near_texts


def photo(seed: int, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture with structure that no other seed has."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def photos(tmp_path) -> Path:
    folder = tmp_path / "photos"
    for split, first, count in (("train", 0, 16), ("test", 100, 6)):
        for number in range(count):
            path = folder / split / ("a", "b")[number % 2] / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            photo(first + number).save(path)
    return folder


def found_in(folder: Path, **options):
    return ktl.data.image_folder(folder, **options).inspect(None, verbose=0)


def test_clean_images_have_no_problem(photos):
    found = found_in(photos)
    assert not any(found.totals.values())
    assert found.unchecked.keys() == {"label", "outlier"}


def test_copies_are_found_within_and_across_splits(photos):
    photo(0).save(photos / "train" / "a" / "copy.png")
    photo(2).save(photos / "test" / "a" / "copy.png")
    photo(4).resize((200, 130)).save(photos / "test" / "a" / "again.jpg", quality=60)
    photo(6).filter(ImageFilter.GaussianBlur(1)).save(photos / "train" / "b" / "copy.png")
    found = found_in(photos)
    leaked = {Path(each.example).name: each for each in found.of("leakage")}
    assert sorted(leaked) == ["2.png", "4.png"]
    assert "the same as" in leaked["2.png"].detail
    assert "almost the same as" in leaked["4.png"].detail
    assert all(each.split == "train" for each in leaked.values())
    assert len(found.of("duplicate")) == 2


def test_equal_images_with_two_labels_are_a_conflict(photos):
    photo(0).save(photos / "train" / "b" / "copy.png")
    (conflict,) = found_in(photos).of("conflict")
    assert conflict.given in ("a", "b")


def test_odd_and_unreadable_images_are_found(photos):
    Image.new("RGB", (96, 64), "white").save(photos / "train" / "a" / "white.png")
    photo(50, (900, 30)).save(photos / "train" / "a" / "long.png")
    (photos / "train" / "b" / "broken.png").write_bytes(b"no image")
    found = found_in(photos, on_error="skip")
    odd = {Path(each.example).name: each.detail for each in found.of("odd")}
    assert odd.keys() == {"white.png", "long.png"}
    assert "white" in odd["white.png"]
    assert "elongated" in odd["long.png"]
    assert found.totals["unreadable"] == 1


def test_an_image_that_has_vanished_is_a_problem_and_stays_one_on_the_page(photos, tmp_path):
    data = ktl.data.image_folder(photos)
    gone = Path(data.train.inputs[3])
    found = data.inspect(None, verbose=0)
    gone.unlink()
    assert found.write_page(tmp_path / "page.html").is_file()
    again = data.inspect(None, verbose=0)
    assert [each.example for each in again.of("unreadable")] == [str(gone)]


def test_texts_are_compared_without_case_and_punctuation():
    texts = [
        "How much money do I have in my account?",
        "how much MONEY do i have in my account",
        "How much money do I have in my savings account today?",
        "Please play the next song on my list of songs.",
        "Please, play the next song on my list of songs now.",
    ]
    groups = Groups(len(texts))
    join_near_texts(texts, groups)
    assert groups.several() == [[0, 1], [3, 4]]


def test_odd_texts_are_found():
    texts = ["A good film", "A bad film", "CafÃ© Ã  la carte", "one<br>two", "!!!", "x" * 3000]
    data = ktl.data.arrays(texts, ["a", "b"] * 3)
    odd = {each.example: each.detail for each in data.inspect(None, verbose=0).of("odd")}
    assert odd.keys() == set(texts[2:])
    assert "encoding" in odd[texts[2]]
    assert "HTML" in odd[texts[3]]


def test_planted_label_errors_come_first():
    generator = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 60)
    features = generator.normal(size=(240, 12)).astype("float32")
    features[:, :4] += 3.0 * np.eye(4, dtype="float32")[labels]
    planted = generator.permutation(240)[:12]
    given = labels.copy()
    given[planted] = (given[planted] + 1) % 4
    evidence = class_evidence(features - features.mean(0), given, 4, np.arange(240), seed=0)
    ranked = evidence.ranked()
    assert len(set(ranked[:24]) & set(planted)) >= 11
    assert (evidence.best[planted] == labels[planted]).mean() > 0.9
    clean = class_evidence(features - features.mean(0), labels, 4, np.arange(240), seed=0)
    assert clean.probable.sum() < evidence.probable.sum() / 2


def test_copies_with_the_same_wrong_label_do_not_hide_each_other():
    generator = np.random.default_rng(1)
    labels = np.repeat([0, 1], 40)
    features = generator.normal(size=(80, 6)).astype("float32")
    features[:, 0] += 4.0 * labels
    features = np.concatenate([features, np.repeat(features[:1], 6, axis=0)])
    given = np.concatenate([labels, np.ones(6, int)])
    groups = np.concatenate([np.arange(80), np.zeros(6, int)])
    evidence = class_evidence(features - features.mean(0), given, 2, groups, seed=0)
    assert evidence.probable[80:].all()


def test_a_class_with_one_example_is_not_judged():
    features = np.random.default_rng(0).normal(size=(9, 3)).astype("float32")
    labels = np.array([0] * 4 + [1] * 4 + [2])
    evidence = class_evidence(features, labels, 3, np.arange(9), seed=0)
    assert np.isnan(evidence.given[8])
    assert not evidence.probable[8]


def test_names_and_texts_cannot_act_on_the_page(tmp_path):
    evil = '<script>alert("1")</script>'
    texts = [f"{evil} {n}" for n in range(4)] + ["שלום עולם 👋🏽", "ok", "ok", evil]
    data = ktl.data.arrays(texts, [evil, "b"] * 4)
    page = data.inspect(None, verbose=0).write_page(tmp_path / "p.html", evil)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert 'dir="auto"' in text


def test_a_page_without_matplotlib_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    data = ktl.data.arrays(["one text", "two texts", "three texts", "four"], ["a", "b"] * 2)
    text = data.inspect(None, verbose=0).write_page(tmp_path / "p.html").read_text()
    assert "kerastl[plots]" in text
    assert "<svg" not in text


def test_the_page_of_many_classes_and_examples_is_small(tmp_path):
    count, classes = 40_000, 10_000
    generator = np.random.default_rng(0)
    texts = [f"text {generator.integers(10**9)} of {n}" for n in range(count)]
    texts[1::2] = texts[::2]
    data = ktl.data.arrays(texts, [f"class {n % classes}" for n in range(count)])
    found = data.inspect(None, verbose=0)
    assert found.totals["duplicate"] == count // 2
    page = found.write_page(tmp_path / "p.html")
    assert page.stat().st_size < 1_000_000


def test_what_was_not_checked_has_no_count_and_a_whole_reason():
    data = ktl.data.arrays(["fine film", "dull film"] * 8, ["good", "bad"] * 8)
    found = data.inspect(None)
    assert not {"label", "outlier"} & set(found.totals)
    printed = str(found)
    assert "labels that look wrong" not in printed
    assert printed.endswith("note: labels were not checked: no backbone was given")
    assert all(len(line) <= 100 for line in printed.splitlines())


def test_examples_of_a_group_are_held_out_together_whatever_their_classes():
    """Ten people show every class; what is known of a person must not judge the person's labels."""
    generator = np.random.default_rng(0)
    people, labels = np.repeat(np.arange(10), 12), np.tile(np.arange(4), 30)
    features = generator.normal(size=(120, 8)).astype("float32")
    fitted = OutOfFold(
        features - features.mean(0),
        np.eye(4)[labels],
        labels,
        people,
        seed=0,
        losses=lambda given, rows: float(np.square(given - np.eye(4)[labels[rows]]).mean()),
    )
    parts = [set(people[rows]) for rows, _ in fitted.predictions()]
    assert len(parts) == 5
    assert sum(map(len, parts)) == 10
    assert len(fitted.held_out) == 120


def test_a_class_of_one_group_is_not_judged_and_is_always_trained_on():
    features = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    people = np.repeat(np.arange(10), 4)
    labels = np.tile([0, 0, 1, 1], 10)
    labels[:2] = 2
    evidence = class_evidence(features, labels, 3, people, seed=0)
    assert np.isnan(evidence.given[:4]).all()
    assert np.isfinite(evidence.given[4:]).all()
    with pytest.raises(ValueError, match="of two groups"):
        class_evidence(features, labels, 3, np.zeros(40, int), seed=0)


def test_the_groups_of_all_splits_and_copies_are_held_out_together(monkeypatch):
    from kerastl.seeing.inspecting.labels import problems
    from tests.training import tiny

    images, labels = tiny.images(count=60)
    images[59] = images[0]
    people = np.arange(60) // 4
    data = ktl.data.arrays(
        images, labels, groups=people, validation_split=0.2, test_split=0.2, seed=0
    )
    seen = {}

    def record(examples, features, groups, seed):
        seen["groups"], seen["own"] = groups, examples.groups
        return []

    monkeypatch.setattr(problems, "label_problems", record)
    data.inspect(tiny.backbone(), verbose=0)
    own = seen["own"]
    assert np.bincount(own).tolist() == [4] * 15
    for name in ("validation", "test"):
        assert len(data.held_out_groups[name]) == len(data.splits[name])
    # The copy joins its two people into one group.
    assert sorted(np.unique(seen["groups"], return_counts=True)[1]) == [4] * 13 + [8]


def test_a_page_says_how_such_data_is_read_again_and_draws_no_empty_axis(tmp_path):
    texts = [f"word{number} and more words" for number in range(12)]
    data = ktl.data.numbers(texts, np.arange(12.0), target_names=["stars"])
    page = data.inspect(None, verbose=0).write_page(tmp_path / "p.html").read_text()
    assert "ktl.data.numbers(inputs, values, corrections=&#34;fixes.csv&#34;)" in page
    assert "<h2>Target</h2>" in page
    assert "Words of a text: all 4." in page


def test_counts_agree_with_their_nouns():
    texts = [f"word{number} and more words" for number in range(12)]
    data = ktl.data.numbers(texts, np.arange(12.0), target_names=["stars"])
    printed = str(data.inspect(None, verbose=0))
    assert printed.startswith("12 texts, 1 target\n")
    data = ktl.data.arrays([*texts, texts[0]], ["a", "b"] * 6 + ["a"])
    assert "     1  example that a split has twice" in str(data.inspect(None, verbose=0))
