import numpy as np
import pytest
from PIL import Image

from kerastl.data import unlabelled


def test_texts_and_images_are_distinguished(tmp_path):
    assert unlabelled(["good", "bad"]).modality == "text"
    assert unlabelled(np.zeros((2, 8, 8, 3), "uint8")).modality == "image"
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert unlabelled([str(tmp_path / "a.png")]).modality == "image"


def test_a_folder_is_searched_for_images_at_any_depth(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for place in ("a.png", "deep/b.jpg", "deep/er/c.bmp"):
        Image.new("RGB", (8, 8)).save(tmp_path / place)
    (tmp_path / "notes.txt").write_text("no image")
    split = unlabelled(tmp_path)
    assert (len(split), split.labels) == (3, None)


def test_one_column_of_a_table_is_read(tmp_path):
    table = tmp_path / "products.csv"
    table.write_text('review,stars\nLoud,5\n"Broke, twice",1\n')
    assert list(unlabelled(table, text="review").inputs) == ["Loud", "Broke, twice"]


def test_image_paths_are_relative_to_the_folder_of_the_table(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "photos.csv").write_text("photo\na.png\n")
    assert len(unlabelled(tmp_path / "photos.csv", image="photo")) == 1


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ("empty", {}, "The folder has no images"),
        ("table.csv", {}, "a table file with the column of its inputs"),
        ("table.csv", {"text": "reviw"}, "review"),
        ("none.csv", {"text": "review"}, "There is no such file"),
    ],
)
def test_what_cannot_be_read_is_named(given, options, said, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.csv").write_text("review\nLoud\n")
    with pytest.raises(ValueError, match=said) as caught:
        unlabelled(tmp_path / given, **options)
    assert "Received:" in str(caught.value)
