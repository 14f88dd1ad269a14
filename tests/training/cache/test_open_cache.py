import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.cache.entry import read_entry
from kerastl.training.cache.entry_writer import EntryWriter
from tests.permissions import mode
from tests.training.cache import counted

TRAIN = 48
pytestmark = pytest.mark.both_backends


def entries(directory):
    return {each.name: [rows[:] for rows in read_entry(each)] for each in directory.iterdir()}


def head(recipe):
    return recipe.model.get_layer("head").get_weights()


def test_a_second_run_reads_what_the_first_has_kept(tmp_path, capsys):
    first, reads = counted.fit(tmp_path)
    assert reads == 2 * TRAIN  # once for the fingerprint, once for the features
    kept = entries(tmp_path)
    times = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*.npy")}
    second, reads = counted.fit(tmp_path)
    assert reads == TRAIN
    assert {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*.npy")} == times
    again = entries(tmp_path)
    assert all((a == b).all() for key in kept for a, b in zip(kept[key], again[key], strict=True))
    for ours, theirs in zip(head(second), head(first), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    counted.fit(tmp_path, phases=[ktl.Phase("head", epochs=1)])
    assert "Reusing cached features of stage1, stage2, stage3" in capsys.readouterr().out


@pytest.mark.slow
def test_a_killed_run_leaves_what_it_has_computed(tmp_path):
    kill = TRAIN + 30
    module = [sys.executable, "-m", "tests.training.cache.counted", str(tmp_path), str(kill)]
    done = subprocess.run(module, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == -signal.SIGKILL, done.stderr
    (partial,) = tmp_path.glob("*.partial")
    rows = json.loads((partial / "progress.json").read_text())["rows"]
    assert 0 < rows < TRAIN
    recipe, reads = counted.fit(tmp_path)
    assert reads == TRAIN + TRAIN - rows
    plain, _ = counted.fit(None)
    for ours, theirs in zip(head(recipe), head(plain), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_what_exceeds_memory_goes_to_files_that_are_gone_afterwards(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    phases = [ktl.Phase("head", linear_probe=True), ktl.Phase("last:1", epochs=2, keep="last")]
    in_memory, _ = counted.fit(None, phases=phases)
    seen = []

    class Files(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.extend(tmp_path.rglob("*.npy"))

    dataset, _ = counted.data()
    mapped = counted.recipe()
    cache = ktl.FeatureCache(memory_limit="1KiB")
    mapped.fit(dataset, phases, cache=cache, batch_size=4, callbacks=[Files()])
    assert seen
    assert not list(tmp_path.glob(".kerastl-scratch.*"))
    for ours, theirs in zip(mapped.model.get_weights(), in_memory.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_temporary_files_go_when_the_fit_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    class Fails(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.extend(tmp_path.rglob("*.npy"))
            raise RuntimeError("on purpose")

    dataset, _ = counted.data()
    cache = ktl.FeatureCache(memory_limit=0)
    with pytest.raises(RuntimeError, match="on purpose"):
        counted.recipe().fit(dataset, [ktl.Phase("last:1")], cache=cache, callbacks=[Fails()])
    assert seen
    assert not list(tmp_path.glob(".kerastl-scratch.*"))


def test_a_linear_probe_and_the_next_phase_share_cached_features():
    phases = [ktl.Phase("head", linear_probe=True), ktl.Phase("head", epochs=2)]
    assert counted.fit(None, phases=phases)[1] == TRAIN


@contextmanager
def nothing_special(directory):
    yield


def unsearchable(directory):
    return mode(directory, 0)


@contextmanager
def small_files(directory):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def being_written(directory):
    writers = [EntryWriter(each.with_suffix("")) for each in list(directory.iterdir())]
    for writer in writers:
        os.rename(writer._final, writer.partial)
        assert writer.acquire()
    try:
        yield
    finally:
        for writer in writers:
            writer.pause()


def half_written(directory):
    for each in directory.iterdir():
        (each / "0.npy").write_bytes((each / "0.npy").read_bytes()[:300])


def emptied(directory):
    for each in directory.rglob("*.npy"):
        each.write_bytes(b"")


def altered(directory):
    for each in directory.rglob("*.npy"):
        content = bytearray(each.read_bytes())
        content[-1] ^= 0x80
        each.write_bytes(content)


def entered_by_others(directory):
    directory.chmod(0o777)


def other_version(directory):
    for each in directory.iterdir():
        header = json.loads((each / "header.json").read_text())
        (each / "header.json").write_text(json.dumps({**header, "format": 99}))


def removed(directory):
    for each in directory.rglob("*.npy"):
        each.unlink()
        (each.parent / "header.json").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("change", "circumstance", "place", "limit", "line"),
    [
        (half_written, nothing_special, None, "1GiB", "Computing features again: .* incomplete"),
        (emptied, nothing_special, None, "1GiB", "Computing features again: .* incomplete"),
        (altered, nothing_special, None, "1GiB", "Computing features again: .* was altered"),
        (entered_by_others, nothing_special, None, "1GiB", "cannot be cached in .*: other users"),
        (other_version, nothing_special, None, "1GiB", "Computing features again: .* format 99"),
        (removed, nothing_special, None, "1GiB", "Computing features again: .* damaged header"),
        (
            None,
            nothing_special,
            "/proc/kerastl",
            "1GiB",
            "cannot be cached in /proc/kerastl: No such",
        ),
        (None, unsearchable, None, "1GiB", "cannot be cached in .*features: Permission denied"),
        (None, small_files, "other", "1GiB", "cannot be cached in .*other: File too large"),
        (
            None,
            nothing_special,
            "other",
            "1KiB",
            "size, 2.2 KiB, exceeds the limit of 1.0 KiB",
        ),
        (None, being_written, None, "1GiB", ""),
    ],
    ids=[
        "half-written",
        "emptied",
        "altered",
        "shared",
        "other version",
        "removed",
        "unwritable",
        "unsearchable",
        "full",
        "limit",
        "in use",
    ],
)
def test_where_features_cannot_be_found_or_kept_they_are_computed(
    tmp_path, capsys, change, circumstance, place, limit, line
):
    directory = tmp_path / "features"
    first, _ = counted.fit(directory)
    if change is not None:
        change(directory)
    capsys.readouterr()
    cache = ktl.FeatureCache(directory if place is None else tmp_path / place, disk_limit=limit)
    with circumstance(directory):
        again, reads = counted.fit(cache)
    assert reads >= 2 * TRAIN
    out = capsys.readouterr().out
    assert re.search(line, out), out
    for ours, theirs in zip(head(again), head(first), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    if change is entered_by_others:
        directory.chmod(0o755)
    if change is not None:
        assert counted.fit(directory)[1] == TRAIN


@pytest.mark.slow
def test_the_directory_stays_within_its_limit(tmp_path):
    cache = ktl.FeatureCache(tmp_path, disk_limit="30KiB")
    for trains in ("last:1", "head", "last:2"):
        counted.fit(cache, phases=[ktl.Phase(trains, epochs=1)], given=counted.data(12, 6))
        size = sum(each.stat().st_size for each in tmp_path.rglob("*") if each.is_file())
        assert size <= 30 * 2**10
    assert list(tmp_path.iterdir())


def test_without_room_anywhere_every_epoch_runs_the_frozen_layers():
    cache = ktl.FeatureCache(memory_limit=0, disk_limit=0)
    _, reads = counted.fit(cache, phases=[ktl.Phase("last:1", epochs=3)])
    assert reads > 3 * TRAIN
