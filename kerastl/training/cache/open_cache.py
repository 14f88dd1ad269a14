"""The feature cache while it is open, during one fit."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import keras
import numpy as np

from kerastl.backbones.running.run_in_order import run_in_order
from kerastl.basics.byte_size import written_size
from kerastl.basics.files.claimed_folder import ClaimedFolder
from kerastl.basics.files.scratch import claim_scratch
from kerastl.basics.progress import report_share, step
from kerastl.training.cache.cached_features import CachedFeatures
from kerastl.training.cache.entry import Header, TensorRows, UnusableEntryError
from kerastl.training.cache.entry_writer import CacheWriteError
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.feature_store import FeatureStore
from kerastl.training.cache.model_identity import (
    NotDescribableError,
    model_identity,
    outputs_in_order,
)
from kerastl.training.cache.stored_rows import StoredRows
from kerastl.training.phases.ordered_examples import InOrder

Arrays = Sequence[np.ndarray | StoredRows]


class OpenFeatureCache:
    """Return features of frozen layers, from the cache or computed and cached.

    Features go to the cache's directory. If there is none, it cannot be written to, or another run
    is writing the same entry, they go to memory or, beyond `memory_limit`, to temporary files
    that are deleted at the end. Features that two phases in a row do not use are released.

    Args:
        cache: Directory and limits.
        say: Function that prints a line.

    Example:

    ```python
    with OpenFeatureCache(FeatureCache("features"), print) as features:
        cached = features.of(boundary.prefix, examples.training_in_order())
    ```
    """

    def __init__(self, cache: FeatureCache, say: Callable[[str], None]) -> None:
        self._say = say
        self._memory_limit = int(cache.memory_limit)
        self._disk_limit = int(cache.disk_limit)
        self._lasting: FeatureStore | None = None
        if cache.directory is not None:
            self._lasting = FeatureStore(Path(cache.directory), self._disk_limit)
        self._scratch: ClaimedFolder | None = None
        self._temporary: FeatureStore | None = None
        self._held: dict[str, Arrays] = {}
        self._in_use: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._held.clear()
        if self._scratch is not None:
            self._scratch.remove()

    def begin_phase(self) -> None:
        """Release features that the phase before has not used."""
        for key in set(self._held) - self._in_use:
            del self._held[key]
            if self._temporary is not None:
                self._temporary.remove(key)
        self._in_use.clear()

    def of(self, model: keras.Model, examples: InOrder) -> CachedFeatures | None:
        """Return the features that a model computes for examples.

        Args:
            model: A model that returns a dictionary of tensors, with all layers in inference
                mode.
            examples: Examples in a fixed order.

        Returns:
            The features, or None if they exceed the limits.
        """
        key, store = self._key(model, examples)
        self._in_use.add(key)
        arrays = self._held.get(key)
        if arrays is None and store is not None:
            arrays = self._find(store, key)
        found = arrays is not None
        if arrays is None:
            arrays = self._compute(model, examples, key, store)
        if arrays is None:
            return None
        self._held[key] = arrays
        names = outputs_in_order(model)
        return CachedFeatures(dict(zip(names, arrays, strict=True)), examples.labels, found)

    def needed(self, model: keras.Model, examples: InOrder) -> CachedFeatures:
        """Return the features as `of` does, but in memory if they exceed the limits."""
        cached = self.of(model, examples)
        if cached is not None:
            return cached
        arrays = _in_memory(*_begun(model, examples))
        names = outputs_in_order(model)
        return CachedFeatures(dict(zip(names, arrays, strict=True)), examples.labels)

    def hold(
        self, model: keras.Model, examples: InOrder, arrays: Mapping[str, np.ndarray | StoredRows]
    ) -> None:
        """Hold features that another model with more outputs has computed.

        Args:
            model: As for `of`.
            examples: As for `of`.
            arrays: Features by the name of the model's output, with the examples as first axis.
        """
        key, _ = self._key(model, examples)
        self._in_use.add(key)
        self._held.setdefault(key, [arrays[name] for name in outputs_in_order(model)])

    def _key(self, model: keras.Model, examples: InOrder) -> tuple[str, FeatureStore | None]:
        try:
            layers = model_identity(model)
        except NotDescribableError as error:
            self._warn_not_lasting(error)
            return uuid.uuid4().hex, None
        if self._lasting is not None:
            try:
                return _digest(layers, examples.identity()), self._lasting
            except NotDescribableError as error:
                self._warn_not_lasting(error)
        return _digest(layers, examples.name), None

    def _warn_not_lasting(self, error: NotDescribableError) -> None:
        if self._lasting is not None:
            self._say(f"Features are not cached for later runs: {error}")

    def _find(self, store: FeatureStore, key: str) -> Arrays | None:
        try:
            return store.find(key)
        except UnusableEntryError as error:
            self._say(f"Computing features again: the cache entry {store.directory / key} {error}")
            store.remove(key)
            return None
        except CacheWriteError:
            return None  # the writer says why

    def _compute(
        self, model: keras.Model, examples: InOrder, key: str, store: FeatureStore | None
    ) -> Arrays | None:
        if store is not None:
            arrays = self._write(store, model, examples, key)
            if arrays is not None:
                return arrays
        header, rows = _begun(model, examples)
        if self._in_memory_bytes() + header.total_bytes <= self._memory_limit:
            return _in_memory(header, rows)
        del rows
        if self._temporary is None:
            self._scratch = claim_scratch()
            self._temporary = FeatureStore(self._scratch.path, self._disk_limit)
        return self._write(self._temporary, model, examples, key)

    def _write(
        self, store: FeatureStore, model: keras.Model, examples: InOrder, key: str
    ) -> Arrays | None:
        writer = store.writer(key)
        try:
            if not writer.acquire():
                return None
            arrays = self._find(store, key)  # another run may just have finished
            if arrays is not None:
                writer.discard()
                return arrays
            header, rows = _begun(model, examples, writer.rows, writer.header)
            if not store.make_room(header.total_bytes, self._in_use):
                self._say(
                    f"Features are not cached in {store.directory}: their size, "
                    f"{written_size(header.total_bytes)}, exceeds the limit of "
                    f"{written_size(store.limit)}"
                )
                writer.discard()
                return None
            writer.begin(header)
            for batch in rows:
                writer.append(batch)
            return writer.finish()
        except CacheWriteError as error:
            writer.discard()
            self._say(f"Features cannot be cached in {store.directory}: {error}")
            return None
        finally:
            writer.pause()

    def _in_memory_bytes(self) -> int:
        arrays = [array for held in self._held.values() for array in held]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _begun(
    model: keras.Model, examples: InOrder, start: int = 0, header: Header | None = None
) -> tuple[Header, Iterable[list[np.ndarray]]]:
    """Return the header of an entry and its rows from an example on, batch by batch."""
    rows = _rows(model, examples, start)
    if header is not None:
        return header, rows
    first = next(rows)
    return Header(len(examples), tuple(map(TensorRows.of, first))), chain([first], rows)


def _rows(model: keras.Model, examples: InOrder, start: int) -> Iterator[list[np.ndarray]]:
    if start == len(examples):
        return
    names = outputs_in_order(model)
    with step(f"Computing features, {_split(examples.name)}", len(examples)) as advance:
        advance(start)
        done = start
        batches = examples.batches(start).as_numpy_iterator()
        for given, _ in run_in_order(model, batches, examples.batch_size):
            yield [given[name] for name in names]
            count = len(given[names[0]])
            advance(count)
            done += count
            report_share(done / len(examples))


def _split(name: str) -> str:
    """Return the part of the name of examples that a user knows, such as `"training"`."""
    return name.partition(":")[0]


def _in_memory(header: Header, rows: Iterable[list[np.ndarray]]) -> list[np.ndarray]:
    arrays = [
        np.empty((header.count, *each.shape), np.dtype(each.dtype)) for each in header.tensors
    ]
    start = 0
    for batch in rows:
        for array, values in zip(arrays, batch, strict=True):
            array[start : start + len(values)] = values
        start += len(batch[0])
    return arrays
