"""Ctrl-C reaches a command wherever Python is when it comes."""

import gc
import signal
import subprocess
import sys
import time

import pytest

from kerastl.cli.ending.interrupts import kept_interrupts


class Finalized:
    """Raises in its finalizer, where Python drops an exception."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


@pytest.fixture(autouse=True)
def signals_arrive():
    """A process that a shell has started in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def is_interrupted(drop):
    """Drop an interrupt, and wait long enough that another one is noticed."""
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), kept_interrupts():
        [drop(), time.sleep(60)]
    return time.monotonic() - begun < 50


def test_an_interrupt_in_a_finalizer_comes_again():
    assert is_interrupted(lambda: Finalized(KeyboardInterrupt()) and None)


def test_an_interrupt_in_a_callback_of_the_garbage_collector_comes_again():
    def interrupted(phase, info):
        gc.callbacks.remove(interrupted)
        raise KeyboardInterrupt

    gc.callbacks.append(interrupted)
    assert is_interrupted(gc.collect)


def test_other_errors_are_reported_as_before(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    with kept_interrupts():
        Finalized(ValueError("lost"))
    assert [str(each.exc_value) for each in reported] == ["lost"]
    assert sys.unraisablehook == reported.append


@pytest.mark.parametrize("status", [0, 2, 130])
def test_a_process_cleans_up_and_has_its_status(status):
    program = (
        "import atexit\n"
        "from kerastl.cli.ending.interrupts import run_program\n"
        "def main():\n"
        "    atexit.register(print, 'cleaned')\n"
        "    print('told', end=' ')\n"
        f"    return {status}\n"
        "run_program(main, 130)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (status, "told cleaned\n")
