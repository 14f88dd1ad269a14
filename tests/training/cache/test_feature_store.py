import os

import numpy as np
import pytest

from kerastl.training.cache.entry import Header, TensorRows
from kerastl.training.cache.entry_writer import CacheWriteError
from kerastl.training.cache.feature_store import FeatureStore
from tests.permissions import mode

HEADER = Header(100, (TensorRows("float32", (250,)),))  # 100 kB
KEYS = [str(number) * 32 for number in range(4)]


def write(store, key, age):
    writer = store.writer(key)
    assert writer.acquire()
    assert store.make_room(HEADER.total_bytes, [key])
    writer.begin(HEADER)
    writer.append([np.zeros((100, 250), "float32")])
    writer.finish()
    os.utime(store.directory / key / "header.json", (1e9 - age, 1e9 - age))


def names(store):
    return sorted(each.name for each in store.directory.iterdir())


def test_the_entry_used_longest_ago_makes_room(tmp_path):
    store = FeatureStore(tmp_path, 250_000)
    write(store, KEYS[0], age=20)
    write(store, KEYS[1], age=10)
    store.find(KEYS[0])
    write(store, KEYS[2], age=0)
    assert names(store) == [KEYS[0], KEYS[2]]


def test_what_is_in_use_stays_and_nothing_goes_in_vain(tmp_path):
    store = FeatureStore(tmp_path, 250_000)
    write(store, KEYS[0], age=20)
    write(store, KEYS[1], age=10)
    assert not store.make_room(100_000, [KEYS[0], KEYS[1], KEYS[2]])
    assert not store.make_room(300_000, [KEYS[2]])
    assert names(store) == KEYS[:2]


def test_what_is_being_written_stays_and_what_was_left_goes(tmp_path):
    store = FeatureStore(tmp_path, 250_000)
    busy, left = store.writer(KEYS[0]), store.writer(KEYS[1])
    for writer in (busy, left):
        writer.acquire()
        writer.begin(HEADER)
        writer.append([np.zeros((100, 250), "float32")])
    left.pause()
    assert store.make_room(100_000, [KEYS[2]])
    assert names(store) == [f"{KEYS[0]}.partial"]


def test_nothing_is_found_where_it_may_not_be_searched(tmp_path):
    store = FeatureStore(tmp_path, 250_000)
    write(store, KEYS[0], age=0)
    with mode(tmp_path, 0):
        assert store.find(KEYS[0]) is None


def test_there_is_no_room_in_what_cannot_be_listed(tmp_path):
    with pytest.raises(CacheWriteError, match="No such file"):
        FeatureStore(tmp_path / "gone", 250_000).make_room(100_000, [KEYS[0]])


def test_other_files_are_left_alone(tmp_path):
    store = FeatureStore(tmp_path, 150_000)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "large").write_bytes(bytes(200_000))
    write(store, KEYS[0], age=20)
    write(store, KEYS[1], age=10)
    assert names(store) == [KEYS[1], "photos"]
