import numpy as np
import pytest
from PIL import Image

import kerastl as ktl

pytestmark = pytest.mark.both_backends

OBJECT = (
    "<object><name>{}</name><difficult>{}</difficult><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)


def write(root, name, *objects, head=""):
    for folder in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((30, 40, 3), np.uint8)).save(root / "JPEGImages" / f"{name}.jpg")
    (root / "Annotations" / f"{name}.xml").write_text(
        f"{head}<annotation><filename>{name}.jpg</filename><size><width>40</width>"
        f"<height>30</height></size>{''.join(OBJECT.format(*o) for o in objects)}</annotation>"
    )


def test_boxes_count_from_zero(tmp_path):
    write(tmp_path, "a", ("cat", 0, 1, 1, 40, 30), ("dog", 0, 5, 6, 10, 12))
    write(tmp_path, "b", ("cat", 1, 2, 2, 9, 9), ("dog", 0, 2, 2, 9, 9))
    data = ktl.data.pascal_voc(tmp_path)
    assert data.class_names == ("cat", "dog")
    np.testing.assert_array_equal(data.train.boxes[0], [[0, 0, 40, 30], [4, 5, 10, 12]])
    assert data.train.class_counts() == {"cat": 1, "dog": 2}
    assert data.notes == ["boxes marked as difficult, left out: 1"]
    assert ktl.data.pascal_voc(tmp_path, difficult=True).train.class_counts()["cat"] == 2


def test_parts_come_from_the_lists(tmp_path):
    for name in "abc":
        write(tmp_path, name, ("cat", 0, 2, 2, 9, 9))
    (tmp_path / "ImageSets/Main/train.txt").write_text("a\n")
    (tmp_path / "ImageSets/Main/val.txt").write_text("b\n")
    data = ktl.data.pascal_voc(tmp_path)
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 1,
        "validation": 1,
    }
    write(tmp_path, "b", ("zebra", 0, 2, 2, 9, 9))
    with pytest.raises(ValueError, match=r"Training has 'cat'.*Received: 'zebra' in "):
        ktl.data.pascal_voc(tmp_path)


def test_entities_are_refused(tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY more "&lol;&lol;">]>'
    write(tmp_path, "a", ("&more;", 0, 2, 2, 9, 9), head=bomb)
    with pytest.raises(ValueError, match=r"XML entities are not allowed.*Received: .*a\.xml"):
        ktl.data.pascal_voc(tmp_path)


def test_damage_is_named(tmp_path):
    write(tmp_path, "a", ("cat", 0, 2, 2, 90, 9), ("cat", 0, 2, 2, 9, 9))
    write(tmp_path, "b", ("cat", 0, "", 2, 9, 9))
    with pytest.raises(ValueError, match=r"^2 of 3 boxes"):
        ktl.data.pascal_voc(tmp_path)
    assert len(ktl.data.pascal_voc(tmp_path, on_error="skip").skipped) == 2
    (tmp_path / "Annotations" / "b.xml").write_text("<annotation>")
    with pytest.raises(ValueError, match=r"b\.xml is damaged: not XML"):
        ktl.data.pascal_voc(tmp_path)
    with pytest.raises(ValueError, match="must contain Annotations"):
        ktl.data.pascal_voc(tmp_path / "JPEGImages")


def test_names_of_any_writing_are_found(tmp_path):
    for name in ("a", "my photo 1", "IMG_2", "v1.2", "x1"):
        write(tmp_path, name, ("cat", 0, 2, 2, 9, 9))
    images = tmp_path / "JPEGImages"
    (images / "a.jpg").rename(images / "A.JPG")
    (images / "my photo 1.jpg").rename(images / "my photo 1.jpeg")
    (images / "IMG_2.jpg").rename(images / "img_2.jpg")
    (images / "v1.2.jpg").rename(images / "v1.2.png")
    for name, written in (("my photo 1", "my photo 1"), ("x1", "C:\\photos\\x1.jpg")):
        xml = tmp_path / "Annotations" / f"{name}.xml"
        xml.write_text(xml.read_text().replace(f"<filename>{name}.jpg", f"<filename>{written}"))
    (tmp_path / "Annotations" / "a.xml").rename(tmp_path / "Annotations" / "a.XML")
    (tmp_path / "Annotations" / "._a.xml").write_bytes(b"\0\5")
    lists = tmp_path / "ImageSets/Main"
    (lists / "train.txt").write_bytes(b"\xef\xbb\xbfA.jpg\r\nmy photo 1\r\n\r\n")
    (lists / "val.txt").write_text("img_2 1\nJPEGImages/v1.2.jpg\n")
    (lists / "trainval.txt").write_text("a\nx1\nIMG_2\n")
    (lists / "cat_train.txt").write_text("a -1\n")
    (lists / "._test.txt").write_bytes(b"\0\5")
    data = ktl.data.pascal_voc(tmp_path)
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 3,
        "validation": 2,
    }
    assert data.notes == data.skipped == []


def test_lists_are_compared_with_the_files(tmp_path):
    for name in "abcd":
        write(tmp_path, name, ("cat", 0, 2, 2, 9, 9))
    (tmp_path / "ImageSets/Main/train.txt").write_text("a\nb\nnone\n")
    (tmp_path / "ImageSets/Main/val.txt").write_text("c\n")
    message = r"(?s)^1 listed images have no annotation file.*none: listed in train.txt.*on_error"
    with pytest.raises(ValueError, match=message):
        ktl.data.pascal_voc(tmp_path)
    data = ktl.data.pascal_voc(tmp_path, on_error="skip")
    assert data.skipped == [("none", "listed in train.txt, without an annotation file")]
    assert data.notes == ["annotated images in no list of ImageSets/Main, left out: 1"]
    (tmp_path / "JPEGImages/b.jpg").unlink()
    (tmp_path / "Annotations/a.xml").write_text("<annotation>")
    (tmp_path / "Annotations/d.xml").rename(tmp_path / "Annotations/none.xml")
    (tmp_path / "JPEGImages/d.jpg").rename(tmp_path / "JPEGImages/none.jpg")
    data = ktl.data.pascal_voc(tmp_path, on_error="skip")
    assert len(data.train) == len(data.validation) == 1
    assert [reason.partition(":")[0] for _, reason in data.skipped] == [
        "not XML",
        "there is no such file",
    ]
    (tmp_path / "ImageSets/Main/val.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(ValueError, match=r"line 1\) is invalid. Convert it to UTF-8. Rec.*val.txt"):
        ktl.data.pascal_voc(tmp_path)


def test_an_image_of_another_size_is_left_out(tmp_path):
    for name in "ab":
        write(tmp_path, name, ("cat", 0, 2, 2, 9, 9))
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "JPEGImages/b.jpg")
    with pytest.raises(ValueError, match=r"(?s)another size.*on_error.*b.jpg, 8 x 8, annotated as"):
        ktl.data.pascal_voc(tmp_path)
    data = ktl.data.pascal_voc(tmp_path, on_error="skip")
    assert len(data.train) == 1
    assert data.skipped[0][1] == "8 x 8, annotated as 40 x 30"
