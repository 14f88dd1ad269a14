import re
import subprocess
import sys

import numpy as np
import pytest

from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.open_checkpoint import open_checkpoint
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
        Checkpoint(tmp_path / place).hold().__enter__()


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


HOLDER = """
import sys
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.open_checkpoint import open_checkpoint
with Checkpoint(sys.argv[1]).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_runs_in_one_directory_are_refused_until_the_first_is_killed(tmp_path):
    place = tmp_path / "run"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(RuntimeError, match=r"Another run is using .* Received: checkpoint="),
            open_checkpoint(place, True, 0),
        ):
            pass
        with pytest.raises(RuntimeError, match="Another run"):
            Checkpoint(place).check_free()
    finally:
        other.kill()
        other.communicate()
    Checkpoint(place).check_free()
    with open_checkpoint(place, True, 0) as checkpoint:
        checkpoint.save(RUN, {"epoch": 1})
    assert list(tmp_path.iterdir()) == []


def test_a_held_checkpoint_may_be_opened_again_by_its_own_run(tmp_path):
    checkpoint = Checkpoint(tmp_path / "run")
    with checkpoint.hold():
        checkpoint.save(RUN, {"epoch": 1})
        with open_checkpoint(checkpoint, False, 0) as opened:
            assert opened is checkpoint
        assert checkpoint.exists()
        checkpoint.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("state", ["kept", "none", "no checkpoint"])
def test_ctrl_c_says_how_to_go_on(state, tmp_path, capsys):
    place = None if state == "no checkpoint" else tmp_path / "run"

    def run():
        with open_checkpoint(place, False, 1) as checkpoint:
            if state == "kept":
                checkpoint.save(RUN, {"epoch": 1})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    said = capsys.readouterr().out
    expected = {
        "kept": "The state is kept in '.*run': repeat the call with resume=True",
        "none": "before the first state was written: nothing was kept",
        "no checkpoint": "Nothing was kept: with checkpoint=DIRECTORY",
    }
    assert re.search(expected[state], said)
    assert [each.name for each in tmp_path.rglob("*")] == (
        ["run", "state.npz"] if state == "kept" else []
    )


def test_no_message_with_verbose_0_and_none_for_other_errors(capsys):
    for error, verbose in ((KeyboardInterrupt, 0), (ValueError, 1)):
        with pytest.raises(error), open_checkpoint(None, False, verbose):
            raise error
    assert capsys.readouterr().out == ""
