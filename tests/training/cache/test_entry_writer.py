import json
import os
from pathlib import Path

import keras
import numpy as np
import pytest

from kerastl.training.cache.entry import Header, TensorRows, UnusableEntryError, read_entry
from kerastl.training.cache.entry_writer import CacheWriteError, EntryWriter

ROWS = np.arange(30, dtype="float32").reshape(10, 3)
HEADER = Header(10, (TensorRows("float32", (3,)),))


def started(place, rows):
    writer = EntryWriter(place)
    assert writer.acquire()
    writer.begin(HEADER)
    writer.append([ROWS[writer.rows : rows]])
    return writer


def test_an_entry_appears_when_it_is_whole(tmp_path):
    place = tmp_path / "entry"
    writer = started(place, 4)
    assert not place.exists()
    writer.append([ROWS[4:]])
    arrays = writer.finish()
    np.testing.assert_array_equal(arrays[0], ROWS)
    assert not writer.partial.exists()


def test_rows_before_the_marker_are_taken_up_and_half_a_batch_is_not(tmp_path):
    place = tmp_path / "entry"
    writer = started(place, 4)
    writer.pause()
    with open(writer.partial / "0.npy", "ab") as file:
        file.write(b"half of a batch")
    again = EntryWriter(place)
    assert again.acquire()
    assert again.rows == 4
    again.begin(HEADER)
    again.append([ROWS[4:]])
    np.testing.assert_array_equal(again.finish()[0], ROWS)


def unclosed_header():
    """Return a `.npy` file whose header NumPy's tokenizer chokes on."""
    return b"\x93NUMPY\x01\x00\x40\x00" + b"{'descr': (".ljust(64) + bytes(200)


def alter(path, position):
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def linked(path):
    """Put a link to a copy in the place of a file or directory."""
    path.rename(path.with_name("moved"))
    path.symlink_to(path.with_name("moved"))


def with_tensors(entry, **changed):
    header = json.loads((entry / "header.json").read_text())
    header["tensors"][0].update(changed)
    (entry / "header.json").write_text(json.dumps(header))


@pytest.mark.parametrize(
    "damage",
    [
        lambda partial: (partial / "progress.json").write_text('{"rows": 9, "checksums": [0]}'),
        lambda partial: (partial / "progress.json").write_text("{"),
        lambda partial: (partial / "progress.json").write_text('{"rows": null}'),
        lambda partial: (partial / "progress.json").write_text('{"rows": 2.0}'),
        lambda partial: (partial / "progress.json").write_text('{"rows": -1}'),
        lambda partial: (partial / "progress.json").write_bytes(b"\xff"),
        lambda partial: (partial / "header.json").write_text('{"format": 99}'),
        lambda partial: (partial / "header.json").write_bytes(b"\xff"),
        lambda partial: (partial / "0.npy").unlink(),
        lambda partial: (partial / "0.npy").write_bytes(unclosed_header()),
        lambda partial: alter(partial / "0.npy", 130),
    ],
    ids=[
        "marker ahead of rows",
        "broken marker",
        "no marker",
        "marker between rows",
        "marker before rows",
        "marker not a text",
        "other format",
        "header not a text",
        "no rows",
        "broken rows",
        "altered rows",
    ],
)
def test_what_cannot_be_resumed_starts_again(tmp_path, damage):
    writer = started(tmp_path / "entry", 4)
    writer.pause()
    damage(writer.partial)
    again = started(tmp_path / "entry", 10)
    np.testing.assert_array_equal(again.finish()[0], ROWS)


def test_one_entry_has_one_writer_at_a_time(tmp_path):
    place = tmp_path / "entry"
    first, second = started(place, 4), EntryWriter(place)
    assert not second.acquire()
    second.discard()
    first.append([ROWS[4:]])
    np.testing.assert_array_equal(first.finish()[0], ROWS)
    assert second.acquire()
    assert second.rows == 0


def test_a_directory_that_moves_only_without_its_lock(tmp_path, monkeypatch):
    """On Windows, an open file is not deleted, and its directory is not moved."""
    writer = started(tmp_path / "entry", 10)
    lock, rename, unlink = writer._lock, os.rename, os.unlink

    def when_released(do):
        def call(*paths):
            if lock.is_locked:
                raise PermissionError(13, "Permission denied")
            do(*paths)

        return call

    monkeypatch.setattr(os, "rename", when_released(rename))
    monkeypatch.setattr(os, "unlink", when_released(unlink))
    np.testing.assert_array_equal(writer.finish()[0], ROWS)
    assert not lock.is_locked


def test_a_lock_on_a_directory_that_was_moved_away_is_taken_again(tmp_path, monkeypatch):
    place = tmp_path / "entry"
    first, second = started(place, 10), EntryWriter(place)
    acquire = type(second._lock).acquire

    def after_the_first_has_finished(lock):
        monkeypatch.undo()
        first.finish()
        return acquire(lock)

    monkeypatch.setattr(type(second._lock), "acquire", after_the_first_has_finished)
    assert second.acquire()
    assert (second.partial / "lock").exists()
    second.discard()
    assert not second.partial.exists()


def test_rows_of_another_shape_are_refused(tmp_path):
    started(tmp_path / "entry", 4).pause()
    writer = EntryWriter(tmp_path / "entry")
    writer.acquire()
    with pytest.raises(CacheWriteError, match="another shape"):
        writer.begin(Header(10, (TensorRows("float32", (4,)),)))


def test_where_nothing_can_be_written_the_reason_is_given():
    with pytest.raises(CacheWriteError, match="No such file"):
        EntryWriter(Path("/proc/kerastl/entry")).acquire()


def test_bfloat16_goes_by_its_bits(tmp_path):
    values = keras.ops.convert_to_numpy(keras.ops.cast(ROWS, "bfloat16"))
    writer = EntryWriter(tmp_path / "entry")
    writer.acquire()
    writer.begin(Header(10, (TensorRows.of(values),)))
    writer.append([values])
    read = writer.finish()[0]
    assert read.dtype == values.dtype
    np.testing.assert_array_equal(read[:].astype("float32"), ROWS)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda entry: (entry / "header.json").unlink(), "damaged header"),
        (lambda entry: (entry / "header.json").write_text("{"), "damaged header"),
        (lambda entry: (entry / "header.json").write_text(""), "damaged header"),
        (lambda entry: (entry / "header.json").write_bytes(b"\xff\xfe"), "damaged header"),
        (lambda entry: with_tensors(entry, dtype="float33"), "damaged header"),
        (lambda entry: with_tensors(entry, dtype="V3"), "damaged header"),
        (lambda entry: with_tensors(entry, dtype="object"), "damaged header"),
        (lambda entry: with_tensors(entry, shape=["a"]), "damaged header"),
        (lambda entry: (entry / "0.npy").write_bytes(b""), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(b"x"), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(b"PK\x03\x04 no archive"), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(unclosed_header()), "does not match"),
        (
            lambda entry: (entry / "0.npy").write_bytes((entry / "0.npy").read_bytes()[:-4]),
            "incomplete",
        ),
        (lambda entry: np.save(entry / "0.npy", ROWS[:5]), "incomplete"),
        (lambda entry: np.save(entry / "0.npy", ROWS.astype("int32")), "does not match its header"),
        (lambda entry: np.save(entry / "0.npy", -ROWS), "was altered: 0.npy"),
        (lambda entry: with_tensors(entry, dtype="int32"), "damaged header"),
        (lambda entry: alter(entry / "0.npy", 8), "does not match its header"),
        (lambda entry: alter(entry / "0.npy", -1), "was altered: 0.npy"),
        (lambda entry: linked(entry / "0.npy"), "incomplete"),
        (lambda entry: linked(entry / "header.json"), "damaged header"),
        (lambda entry: linked(entry), "not a directory"),
        (lambda entry: entry.chmod(0o777), "other users may write"),
        (lambda entry: (entry / "header.json").write_text('{"format": 99}'), "format 99"),
        (
            lambda entry: np.save(entry / "0.npy", np.array([{}] * 10), allow_pickle=True),
            "does not match",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(tmp_path, damage, reason):
    writer = started(tmp_path / "entry", 10)
    writer.finish()
    assert json.loads((tmp_path / "entry" / "header.json").read_text())["format"] == 2
    damage(tmp_path / "entry")
    with pytest.raises(UnusableEntryError, match=reason):
        read_entry(tmp_path / "entry")


def test_an_entry_under_another_name_is_not_taken_for_its_own(tmp_path):
    started(tmp_path / "entry", 10).finish()
    (tmp_path / "entry").rename(tmp_path / "other")
    with pytest.raises(UnusableEntryError, match="was written as 'entry'"):
        read_entry(tmp_path / "other")


@pytest.mark.parametrize("link", ["symbolic", "hard"])
@pytest.mark.parametrize("resumed", [False, True])
def test_links_are_never_followed(tmp_path, link, resumed):
    place, target = tmp_path / "entry", tmp_path / "mine.txt"
    if resumed:
        started(place, 4).pause()
    partial = tmp_path / "entry.partial"
    partial.mkdir(exist_ok=True)
    names = ("header.json", "header.json.new", "progress.json", "progress.json.new", "0.npy")
    targets = {name: tmp_path / f"of {name}" for name in names}
    for name, target in targets.items():
        exists = (partial / name).exists()
        content = (partial / name).read_bytes() if exists else b"mine"
        target.write_bytes(content)
        (partial / name).unlink(missing_ok=True)
        (os.symlink if link == "symbolic" else os.link)(target, partial / name)
    before = {name: target.read_bytes() for name, target in targets.items()}
    np.testing.assert_array_equal(started(place, 10).finish()[0], ROWS)
    assert {name: target.read_bytes() for name, target in targets.items()} == before
    assert not any(each.is_symlink() for each in place.iterdir())


@pytest.mark.parametrize("name", ["entry", "entry.partial", "entry.removed", "entry.partial/lock"])
def test_a_link_in_the_place_of_a_directory_or_lock_is_not_followed(tmp_path, name):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "notes.txt").write_text("mine")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(target / "notes.txt" if name.endswith("lock") else target)
    np.testing.assert_array_equal(started(tmp_path / "entry", 10).finish()[0], ROWS)
    assert [each.name for each in target.iterdir()] == ["notes.txt"]
    assert (target / "notes.txt").read_text() == "mine"


def test_nothing_is_written_where_others_may_write(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(CacheWriteError, match=r"other users may write to .*chmod go-w"):
        EntryWriter(tmp_path / "entry").acquire()
    assert not list(tmp_path.iterdir())
