import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.training.cache.entry import Header, TensorRows
from kerastl.training.cache.entry_writer import EntryWriter
from kerastl.training.cache.stored_rows import ChangedEntryError

VALUES = np.arange(60, dtype="float32").reshape(20, 3)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return write(tmp_path_factory.mktemp("cache"), VALUES)


def write(folder, values):
    writer = EntryWriter(folder / "entry")
    assert writer.acquire()
    writer.begin(Header(len(values), (TensorRows.of(values),)))
    writer.append([values])
    return writer.finish()[0]


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.integers(0, 19)))
def test_row_numbers_give_what_an_array_gives(stored, rows):
    numbers = np.array(rows, "int64")
    np.testing.assert_array_equal(stored[numbers], VALUES[numbers])


@settings(max_examples=100, deadline=None)
@given(rows=st.slices(20))
def test_slices_give_what_an_array_gives(stored, rows):
    np.testing.assert_array_equal(stored[rows], VALUES[rows])


def test_it_has_the_shape_of_an_array(stored):
    assert (stored.shape, stored.ndim, len(stored), stored.nbytes) == ((20, 3), 2, 20, 240)
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(np.asarray(stored), VALUES)


@pytest.mark.parametrize("rows", [np.array([20]), np.array([-1])])
def test_rows_that_are_not_there_are_refused(stored, rows):
    with pytest.raises(IndexError, match="20 rows"):
        stored[rows]


@pytest.mark.parametrize("rows", [3, "a", np.array([0.5]), np.array([True])])
def test_other_indices_are_refused(stored, rows):
    with pytest.raises(TypeError, match="Received: "):
        stored[rows]


def alter(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    os.utime(path, ns=(0, 0))
    path.write_bytes(content)


@pytest.mark.parametrize(
    "change", [alter, lambda path: os.truncate(path, 200), lambda path: path.write_bytes(b"")]
)
def test_a_file_that_changes_while_it_is_in_use_is_named(tmp_path, change):
    rows = write(tmp_path, VALUES)
    change(tmp_path / "entry" / "0.npy")
    with pytest.raises(ChangedEntryError, match=r"Another program changed .*0\.npy"):
        rows[:]


def test_an_entry_that_is_removed_stays_readable(tmp_path):
    rows = write(tmp_path, VALUES)
    for path in (tmp_path / "entry").iterdir():
        path.unlink()
    np.testing.assert_array_equal(rows[:], VALUES)


def test_a_truncated_file_does_not_end_the_process(tmp_path):
    program = """
import os, sys
import numpy as np
from pathlib import Path
from kerastl.training.cache.entry import read_entry

place = Path(sys.argv[1])
(rows,) = read_entry(place)
os.truncate(place / "0.npy", 4096)
try:
    rows[np.arange(99_000, 99_010)]
except OSError as error:
    print(type(error).__name__)
"""
    write(tmp_path, np.zeros((100_000, 4), "float32"))
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "entry")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "ChangedEntryError\n"), done.stderr
