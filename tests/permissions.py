"""A directory's mode that is heeded by root too, who may otherwise do everything everywhere."""

import ctypes
import os
from contextlib import contextmanager, nullcontext
from pathlib import Path

# What linux/capability.h calls version 3, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
_VERSION = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


@contextmanager
def mode(directory: Path, bits: int):
    """Give a directory a mode; within, this thread may do what the mode says and no more.

    Root gives up its right to pass over modes, rather than becoming another user: that one might
    not be allowed to read the installed packages, of which some are imported late.
    """
    directory.chmod(bits)
    try:
        with _without_overrides() if os.geteuid() == 0 else nullcontext():
            yield
    finally:
        directory.chmod(0o700)


@contextmanager
def _without_overrides():
    libc = ctypes.CDLL(None, use_errno=True)
    header = _Header(_VERSION, 0)
    held = (_Capabilities * 2)()
    _call(libc.capget, header, held)
    fewer = (_Capabilities * 2).from_buffer_copy(held)
    fewer[0].effective &= ~_OVERRIDES
    _call(libc.capset, header, fewer)
    try:
        yield
    finally:
        _call(libc.capset, header, held)


def _call(function, header, capabilities):
    if function(ctypes.byref(header), capabilities) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
