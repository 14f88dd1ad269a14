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
    with pytest.raises(ValueError, match=r"not XML.*b\.xml"):
        ktl.data.pascal_voc(tmp_path)
    with pytest.raises(ValueError, match="must contain Annotations"):
        ktl.data.pascal_voc(tmp_path / "JPEGImages")
