import os

import ml_dtypes
import numpy as np
import pytest

from kerastl.basics.files.damaged import DamagedFileError
from kerastl.training.checkpoint.state_file import read_state, write_state

pytestmark = pytest.mark.both_backends

STATE = {
    "epoch": 3,
    "loss": [0.1, float("nan")],
    "stopped": None,
    "weights": [
        np.arange(6, dtype="float32").reshape(2, 3),
        np.asarray(7, "int64"),
        np.zeros((0, 4), "uint32"),
        np.asarray([0.1, -3.0], ml_dtypes.bfloat16),
    ],
}


def test_a_state_comes_back_as_it_was(tmp_path):
    write_state(tmp_path / "new" / "state.npz", STATE)
    read = read_state(tmp_path / "new" / "state.npz")
    assert (read["epoch"], read["loss"][0], read["stopped"]) == (3, 0.1, None)
    assert np.isnan(read["loss"][1])
    for one, other in zip(read["weights"], STATE["weights"], strict=True):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()
    assert os.listdir(tmp_path / "new") == ["state.npz"]


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_half_a_file_is_refused(share, tmp_path):
    path = tmp_path / "state.npz"
    write_state(path, STATE)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DamagedFileError, match=r"state\.npz is damaged"):
        read_state(path)


def test_one_wrong_byte_in_an_array_is_noticed(tmp_path):
    path = tmp_path / "state.npz"
    write_state(path, {"weights": np.full(1000, 3.0)})
    content = bytearray(path.read_bytes())
    content[content.index(np.float64(3.0).tobytes() * 9) + 800] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedFileError):
        read_state(path)


def test_what_could_not_be_written_leaves_what_was_there(tmp_path):
    path = tmp_path / "state.npz"
    write_state(path, {"epoch": 1})
    (tmp_path / "state.npz.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_state(path, {"epoch": 2})
    assert read_state(path) == {"epoch": 1}


def test_a_system_that_opens_no_directories_writes_the_state(tmp_path, monkeypatch):
    def refuses_directories(path, *arguments, opened=os.open):
        if os.path.isdir(path):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", refuses_directories)
    write_state(tmp_path / "state.npz", STATE)
    assert read_state(tmp_path / "state.npz")["epoch"] == 3
