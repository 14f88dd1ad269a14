"""A file that declares more than it holds is refused before memory is taken for it."""

import resource
import zipfile
from contextlib import contextmanager

import flatbuffers
import numpy as np
import pytest

from kerastl.artifacts.metadata.flat_tables import Floats, Many, Number, Table, Text, read_root
from kerastl.basics.files.array_file import open_arrays, read_array
from kerastl.basics.files.damaged import DamagedFileError
from kerastl.basics.files.zip_members import read_members
from kerastl.cli.run_file.document import read_document
from kerastl.data.reading.columns import read_columns
from kerastl.search.vector_index import VectorIndex
from kerastl.training.checkpoint.state_file import read_state, write_state
from tests.security import bombs
from tests.security.special_files import seconds


@contextmanager
def little_memory(more: int = 200_000_000):
    """Let a block take no more than some bytes of address space."""
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    former = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + more, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, former)


def test_the_limit_of_memory_stops_an_allocation():
    with pytest.raises(MemoryError), little_memory():
        bytes(1_000_000_000)


@pytest.mark.parametrize("text", [bombs.aliases(), bombs.merges(), "a: &a [*a]", "&a {b: *a}"])
def test_aliases_of_a_run_file_are_bounded(tmp_path, text):
    (tmp_path / "run.yaml").write_text(text)
    expected = pytest.raises(ValueError, match=r"run\.yaml: The aliases .* stand for too much")
    with expected, little_memory(), seconds(10):
        read_document(tmp_path / "run.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 1000, "nested too deeply"),
        ("a: " + "1" * 5000, "Not valid YAML"),
        ("a: 2001-99-99", "Not valid YAML"),
        ("a: b\n" * 250_000, "at most 1,000,000 bytes"),
    ],
)
def test_other_values_that_yaml_cannot_hold_are_named(tmp_path, text, message):
    (tmp_path / "run.yaml").write_text(text)
    with seconds(10), pytest.raises(ValueError, match=message) as caught:
        read_document(tmp_path / "run.yaml")
    assert "run.yaml" in str(caught.value)


def test_a_few_aliases_and_merged_keys_are_read(tmp_path):
    (tmp_path / "run.yaml").write_text("a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, x: 3}\n")
    document = read_document(tmp_path / "run.yaml")
    assert document.value == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"x": 3, "y": 2}}


@pytest.mark.parametrize("shape", [(10**12,), (2**31, 2**31), (1000, 17), (10**30,)])
def test_arrays_that_are_not_there_are_refused(tmp_path, shape):
    (tmp_path / "vectors.npy").write_bytes(bombs.array(shape))
    (tmp_path / "index.json").write_text('{"format": 2, "checksum": 0, "inputs": null}')
    bombs.arrays(tmp_path / "state.npz", plain=bombs.array(shape))
    with little_memory():
        with pytest.raises(DamagedFileError, match=r"vectors\.npy is damaged: an array of shape"):
            read_array(tmp_path / "vectors.npy")
        with pytest.raises(DamagedFileError, match=r"vectors\.npy is damaged: an array of shape"):
            VectorIndex.load(tmp_path)
        with pytest.raises(DamagedFileError, match=r"state\.npz is damaged: an array of shape"):
            read_state(tmp_path / "state.npz")


def test_compressed_arrays_are_not_unpacked(tmp_path):
    content = bombs.array((250_000,), 1_000_000)
    bombs.arrays(tmp_path / "state.npz", compressed=True, plain=content)
    expected = pytest.raises(ValueError, match=r"the array 'plain\.npy' is compressed")
    with expected, open_arrays(tmp_path / "state.npz"):
        pass


def test_whole_arrays_are_read(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3))
    assert (read_array(tmp_path / "a.npy") == np.eye(3)).all()
    state = {"weights": [np.eye(2), np.zeros((0, 4))], "epoch": 3}
    write_state(tmp_path / "s.npz", state)
    read = read_state(tmp_path / "s.npz")
    assert read["epoch"] == 3
    assert all((a == b).all() for a, b in zip(read["weights"], state["weights"], strict=True))


def test_members_of_an_archive_are_bounded_by_its_size(tmp_path):
    content = bombs.packed(b"TFL3" * 1000, "labels.txt", 100_000_000)
    (tmp_path / "a.tflite").write_bytes(content)
    expected = pytest.raises(ValueError, match="unpacks to more than 16 times its size")
    with zipfile.ZipFile(tmp_path / "a.tflite") as archive, expected, little_memory():
        read_members(archive, len(content))
    small = bombs.packed(b"", "labels.txt", 1_000_000)
    (tmp_path / "b.zip").write_bytes(small)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert read_members(archive, len(small)) == {"labels.txt": bytes(1_000_000)}


@pytest.mark.parametrize("compression", ["none", "zstd"])
def test_rows_of_a_table_are_bounded_by_its_size(tmp_path, compression):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pa.table({"text": pa.DictionaryArray.from_arrays(np.zeros(5_000_000, np.int8), ["x"])})
    pq.write_table(rows, tmp_path / "t.parquet", compression=compression)
    with seconds(5), pytest.raises(ValueError, match="5,000,000 rows in"):
        read_columns(tmp_path / "t.parquet", ["text"], "utf-8", None, None, "raise", [])


LEAF = Table(name=Text())
TREE = Table(name=Text(), numbers=Floats(), inner=Many(Table(leaves=Many(LEAF))), size=Number(None))


def test_a_vector_that_is_not_there_is_not_listed():
    builder = flatbuffers.Builder(64)
    builder.StartVector(4, 1, 4)
    builder.PrependFloat32(1.0)
    numbers = builder.EndVector()
    builder.StartObject(4)
    builder.PrependUOffsetTRelativeSlot(1, numbers, 0)
    builder.Finish(builder.EndObject())
    content = bytearray(builder.Output())
    place = content.rindex(b"\x01\0\0\0\0\0\x80\x3f")
    content[place : place + 4] = (2**31).to_bytes(4, "little")
    with little_memory(), pytest.raises(ValueError, match="more values than it can hold"):
        read_root(TREE, bytes(content))


def test_tables_that_many_references_share_are_counted():
    builder = flatbuffers.Builder(64)
    text = builder.CreateString("x" * 100)

    def table(slot, offset, slots):
        builder.StartObject(slots)
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
        return builder.EndObject()

    def shared(offset):
        builder.StartVector(4, 300, 4)
        for _ in range(300):
            builder.PrependUOffsetTRelative(offset)
        return builder.EndVector()

    inner = table(0, shared(table(0, text, 1)), 1)
    builder.Finish(table(2, shared(inner), 4))
    with seconds(5), pytest.raises(ValueError, match="more values than it can hold"):
        read_root(TREE, bytes(builder.Output()))
