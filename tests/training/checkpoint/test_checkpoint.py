import numpy as np
import pytest

from kerastl.training.checkpoint.checkpoint import Checkpoint
from tests.permissions import mode

pytestmark = pytest.mark.both_backends

RUN = {"seed": 0, "classes": ("cat", "dog"), "phase 1": {"trains": "head", "epochs": 5}}


def saved(directory):
    Checkpoint(directory).save(RUN, {"epoch": 2, "weights": [np.ones(3)]})
    return directory


def test_a_run_goes_on_from_its_state(tmp_path):
    state = Checkpoint(saved(tmp_path / "run"), resume=True).load(RUN)
    assert state["epoch"] == 2
    np.testing.assert_array_equal(state["weights"][0], np.ones(3))


def test_without_a_state_a_run_starts_from_the_beginning(tmp_path):
    assert Checkpoint(tmp_path / "run", resume=True).load(RUN) is None
    assert not (tmp_path / "run").exists()


def test_a_state_is_never_passed_over(tmp_path):
    with pytest.raises(FileExistsError, match=r"pass resume=True to continue.*or delete.*run'"):
        Checkpoint(saved(tmp_path / "run"))


def test_another_run_is_refused_with_all_that_differs(tmp_path):
    checkpoint = Checkpoint(saved(tmp_path / "run"), resume=True)
    other = {**RUN, "seed": 1, "phase 1": {"trains": "head", "epochs": 6}, "phase 2": {"epochs": 1}}
    with pytest.raises(ValueError, match="with another configuration") as refused:
        checkpoint.load(other)
    assert (
        "Changed: seed was 0 and is 1; phase 1 epochs was 5 and is 6; "
        "phase 2 epochs was missing and is 1." in str(refused.value)
    )


def test_a_damaged_state_is_refused(tmp_path):
    (saved(tmp_path / "run") / "state.npz").write_bytes(b"PK\x03\x04 and nothing")
    with pytest.raises(
        ValueError, match=r"state\.npz is damaged: .* Delete it and start again\. Received: "
    ):
        Checkpoint(tmp_path / "run", resume=True).load(RUN)


def test_a_file_in_the_place_is_refused(tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(NotADirectoryError, match="Received: checkpoint="):
        Checkpoint(tmp_path / "run")


def test_removing_leaves_what_is_not_ours(tmp_path):
    Checkpoint(saved(tmp_path / "run"), resume=True).remove()
    assert not (tmp_path / "run").exists()
    (saved(tmp_path / "run") / "notes.txt").write_text("mine")
    Checkpoint(tmp_path / "run", resume=True).remove()
    assert [each.name for each in (tmp_path / "run").iterdir()] == ["notes.txt"]
    Checkpoint(tmp_path / "never").remove()


def test_a_directory_that_stays_is_no_error(tmp_path):
    (tmp_path / "volume").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "volume")
    Checkpoint(saved(tmp_path / "link"), resume=True).remove()
    assert list((tmp_path / "volume").iterdir()) == []


@pytest.mark.parametrize("place", ["closed", "closed/new", "dangling", "file/new"])
def test_a_directory_that_cannot_be_written_is_refused_before_training(place, tmp_path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    with (
        mode(tmp_path / "closed", 0o500),
        pytest.raises(OSError, match=r"cannot be created or written to: .* Received"),
    ):
        Checkpoint.wanted(tmp_path / place, resume=False)


def test_a_state_that_cannot_be_written_does_not_end_the_run(tmp_path):
    checkpoint = Checkpoint(saved(tmp_path / "run"), resume=True)
    (tmp_path / "run" / "state.npz.new").mkdir()
    with pytest.warns(UserWarning, match="could not be written .*previous state is kept"):
        checkpoint.save(RUN, {"epoch": 3})
    assert checkpoint.load(RUN)["epoch"] == 2


def test_a_checkpoint_without_resume_cannot_resume(tmp_path):
    kept = Checkpoint(tmp_path, resume=True)
    assert Checkpoint.of(kept, resume=True) is kept
    assert Checkpoint.of(tmp_path, resume=True).resume
    with pytest.raises(ValueError, match="pass resume=True to the Checkpoint as well"):
        Checkpoint.of(Checkpoint(tmp_path), resume=True)
