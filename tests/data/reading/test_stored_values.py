from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kerastl as ktl

BAD = pa.array([b"ok", b"fine", b"caf\xe9"] + [b"x"] * 300, pa.binary())
GOOD = pa.array(["ab"[i % 2] for i in range(len(BAD))])
LATE = pa.concat_arrays([BAD[3:], BAD[:3]])  # in the second batch


@pytest.mark.parametrize(("text", "label"), [(BAD, GOOD), (LATE, GOOD), (GOOD, BAD)])
def test_a_row_that_is_not_utf8_is_named(text, label, tmp_path: Path) -> None:
    # Arrow does not check the bytes of a string.
    table = pa.table({"t": text.view(pa.string()), "y": label.view(pa.string())})
    pq.write_table(table, tmp_path / "t.parquet")
    row = 302 if text is LATE else 2
    message = rf"value of '[ty]' is not encoded in UTF-8.* Received: b'caf\\xe9' for .*row {row}"
    with pytest.raises(ValueError, match=message):
        ktl.data.csv(tmp_path / "t.parquet", text="t", label="y")
    with pytest.raises(ValueError, match=message):
        ktl.data.huggingface(datasets.Dataset(table), text="t", label="y")
