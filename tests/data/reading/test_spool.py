import gc
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from kerastl.data.reading.spool import Spool


def test_records_are_read_back_from_many_threads() -> None:
    records = [os.urandom(i * 37 % 5_000) for i in range(200)]
    spool = Spool()
    for record in records:
        spool.append(record)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(spool.__getitem__, range(200))) == records
    assert list(spool) == records
    with pytest.raises(IndexError):
        spool[200]


def test_the_file_is_removed_with_the_sequence() -> None:
    spool = Spool()
    spool.append(b"content")
    descriptor = spool._file.fileno()
    del spool
    gc.collect()
    with pytest.raises(OSError, match=r"Bad file descriptor"):
        os.fstat(descriptor)
