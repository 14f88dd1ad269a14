"""Gadgets that work: the watcher must see every one of them."""

import ctypes
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from tests.security.watching.action import Action, Places


def gadgets(places: Places) -> tuple[list[Callable[[], Any]], list[Action]]:
    """Return calls with an effect, most of them in native code, and one without."""
    victim, libc = places.victim, ctypes.CDLL(None)
    # Two, since a library is loaded once.
    library, other = places.files / "gadget.so", places.files / "other.so"
    for path in (library, other):
        shutil.copy(_some_library(), path)
    (places.files / "gadget.py").write_text("x = 1\n")
    for name in ("deleted", "unlinked", "renamed", "changed"):
        (victim / name).write_text("x")
    for name in ("removed", "tree"):
        (victim / name).mkdir()

    def encoded(path: Path) -> bytes:
        return os.fsencode(path)

    def connect() -> None:
        # 1 is SOCK_STREAM; nothing listens on port 9.
        opened = libc.socket(socket.AF_INET, 1, 0)
        address = b"\x02\x00\x00\x09\x7f\x00\x00\x01" + bytes(8)
        libc.connect(opened, address, len(address))
        libc.close(opened)

    def import_file() -> None:
        spec = importlib.util.spec_from_file_location("gadget", places.files / "gadget.py")
        assert spec is not None
        assert spec.loader is not None
        spec.loader.exec_module(importlib.util.module_from_spec(spec))

    calls: dict[str, Callable[[], Any]] = {
        "TensorFlow writes a file": lambda: tf.io.write_file(str(victim / "new"), "x"),
        "TensorFlow reads a file": lambda: tf.io.read_file(str(victim / "secret")),
        "TensorFlow deletes a file": lambda: tf.io.gfile.remove(str(victim / "deleted")),
        "TensorFlow deletes a directory": lambda: tf.io.gfile.rmtree(str(victim / "tree")),
        "TensorFlow loads a library": lambda: tf.load_library(str(library)),
        "C writes a file": lambda: libc.close(libc.creat(encoded(victim / "made"), 0o600)),
        "C deletes a file": lambda: libc.unlink(encoded(victim / "unlinked")),
        "C renames a file": lambda: libc.rename(
            encoded(victim / "renamed"), encoded(victim / "other")
        ),
        "C changes a mode": lambda: libc.chmod(encoded(victim / "changed"), 0o777),
        "C removes a directory": lambda: libc.rmdir(encoded(victim / "removed")),
        "C starts a program": lambda: libc.system(b"true"),
        "C opens a socket": connect,
        "C loads a library": lambda: ctypes.CDLL(str(other)),
        "Python starts a program": lambda: subprocess.run([sys.executable, "-c", ""]),
        "Python imports a module": lambda: __import__("this"),
        "Python imports a file": import_file,
        "Python leaves a temporary file": lambda: (places.scratch / "left").touch(),
        "nothing": lambda: None,
    }
    # The first read of a file makes TensorFlow look for its file systems.
    warm_up = [lambda: tf.io.read_file(str(places.files / "gadget.py"))]
    return warm_up, [Action(name, call, refused=False) for name, call in calls.items()]


def _some_library() -> Path:
    """Return any small extension module of Python, which is a library like others."""
    folder = Path(sysconfig.get_path("stdlib")) / "lib-dynload"
    return min(folder.glob("*.so"), key=lambda path: path.stat().st_size)
