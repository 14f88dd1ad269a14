"""Progress is shown in a terminal, logged everywhere, and silent otherwise."""

import logging
import os
import pty
import subprocess
import sys

import pytest

from kerastl.basics.progress import part, report_share, showing_progress, shows_progress, step

PROGRAM = """
import time
from kerastl.basics.progress import showing_progress, step
with showing_progress({verbose!r}), step("Counting [sheep]", {total}) as advance:
    for _ in range(4):
        time.sleep(0.15)
        advance(1)
print("done")
"""


def in_terminal(verbose, total=4) -> str:
    """Run the program with a terminal as its standard error, and return what it shows."""
    ours, theirs = pty.openpty()
    program = PROGRAM.format(verbose=verbose, total=total)
    with subprocess.Popen(
        [sys.executable, "-c", program], stderr=theirs, stdout=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as child:  # fmt: skip
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        assert child.stdout.read() == b"done\n"
    os.close(ours)
    return shown.decode()


def test_a_terminal_shows_the_step_and_how_much_is_done():
    shown = in_terminal("auto")
    assert "Counting [sheep]" in shown
    assert "50 %" in shown or "75 %" in shown


def test_a_step_of_unknown_length_shows_no_share():
    shown = in_terminal("auto", total=None)
    assert "Counting [sheep]" in shown
    assert "%" not in shown


def test_a_part_of_a_step_advances_by_the_share_that_is_reported_inside():
    advanced = []
    with part(advanced.append, 10):
        report_share(0.25)
        report_share(0.5)
        # A second loop begins again: the step does not go back.
        report_share(0.1)
        report_share(0.6)
    assert advanced == [2, 3, 1, 4]
    report_share(0.5)
    assert sum(advanced) == 10


@pytest.mark.parametrize("verbose", [0, 2])
def test_verbose_0_and_2_show_no_bar(verbose):
    assert in_terminal(verbose) == ""


def test_without_a_terminal_nothing_is_shown():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(verbose="auto", total=4)],
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_steps_are_logged_for_who_wants_it(caplog):
    with caplog.at_level(logging.INFO, logger="kerastl"), step("Counting"):
        pass
    assert [each.name for each in caplog.records] == ["kerastl"] * 2
    assert caplog.records[0].getMessage() == "Counting"


def test_an_outer_block_decides(monkeypatch):
    monkeypatch.setattr("kerastl.basics.progress._is_terminal", lambda: True)

    def refuse(*arguments):
        raise AssertionError("a bar was drawn")

    monkeypatch.setattr("kerastl.basics.progress._Display.begin", refuse)

    @shows_progress
    def inner(*, verbose="auto"):
        with step("Counting"):
            return 3

    with showing_progress(0):
        assert inner() == 3
    with pytest.raises(AssertionError, match="a bar"):
        inner()


def test_an_unknown_verbosity_is_an_error():
    with pytest.raises(ValueError, match="verbose"):
        shows_progress(lambda *, verbose: None)(verbose="loud")
