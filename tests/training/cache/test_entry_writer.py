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
    assert isinstance(arrays[0], np.memmap)
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


def with_tensors(entry, **changed):
    header = json.loads((entry / "header.json").read_text())
    header["tensors"][0].update(changed)
    (entry / "header.json").write_text(json.dumps(header))


@pytest.mark.parametrize(
    "damage",
    [
        lambda partial: (partial / "progress.json").write_text('{"rows": 9}'),
        lambda partial: (partial / "progress.json").write_text("{"),
        lambda partial: (partial / "progress.json").write_text('{"rows": null}'),
        lambda partial: (partial / "progress.json").write_text('{"rows": 2.0}'),
        lambda partial: (partial / "progress.json").write_text('{"rows": -1}'),
        lambda partial: (partial / "progress.json").write_bytes(b"\xff"),
        lambda partial: (partial / "header.json").write_text('{"format": 99}'),
        lambda partial: (partial / "header.json").write_bytes(b"\xff"),
        lambda partial: (partial / "0.npy").unlink(),
        lambda partial: (partial / "0.npy").write_bytes(unclosed_header()),
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
    np.testing.assert_array_equal(read.astype("float32"), ROWS)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda entry: (entry / "header.json").unlink(), "damaged header"),
        (lambda entry: (entry / "header.json").write_text("{"), "damaged header"),
        (lambda entry: (entry / "header.json").write_text(""), "damaged header"),
        (lambda entry: (entry / "header.json").write_bytes(b"\xff\xfe"), "damaged header"),
        (lambda entry: with_tensors(entry, dtype="float33"), "damaged header"),
        (lambda entry: with_tensors(entry, dtype="V3"), "damaged header"),
        (lambda entry: with_tensors(entry, shape=["a"]), "damaged header"),
        (lambda entry: (entry / "0.npy").write_bytes(b""), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(b"x"), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(b"PK\x03\x04 no archive"), "incomplete"),
        (lambda entry: (entry / "0.npy").write_bytes(unclosed_header()), "incomplete"),
        (
            lambda entry: (entry / "0.npy").write_bytes((entry / "0.npy").read_bytes()[:-4]),
            "incomplete",
        ),
        (lambda entry: np.save(entry / "0.npy", ROWS[:5]), "does not match its header"),
        (lambda entry: (entry / "header.json").write_text('{"format": 99}'), "format 99"),
        (
            lambda entry: np.save(entry / "0.npy", np.array([{}] * 10), allow_pickle=True),
            "incomplete",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(tmp_path, damage, reason):
    writer = started(tmp_path / "entry", 10)
    writer.finish()
    assert json.loads((tmp_path / "entry" / "header.json").read_text())["format"] == 1
    damage(tmp_path / "entry")
    with pytest.raises(UnusableEntryError, match=reason):
        read_entry(tmp_path / "entry")
