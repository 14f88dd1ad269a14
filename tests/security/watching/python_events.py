"""Record what Python itself reports while a call runs: imports, code and starts of programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

_STARTS = (
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"),
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "webbrowser.open", "urllib.Request"),
    *("os.kill", "marshal.loads.object", "pickle.find_class"),
)
# Packages that are imported when they are first needed.
_LATE = ("kerastl", "keras", "keras_hub", "tensorflow", "tf_keras", "numpy", "google", "tests")


class PythonEvents:
    """An audit hook, which cannot be removed and records only inside `record`.

    Args:
        files: The directory whose code must not run.
    """

    def __init__(self, files: Path) -> None:
        self._files = str(files)
        self._recorded: list[str] | None = None
        sys.addaudithook(self._hook)

    @contextmanager
    def record(self) -> Iterator[list[str]]:
        """Give a list that is filled inside the block."""
        known = {name.partition(".")[0] for name in sys.modules}
        self._known = known.union(_LATE)
        recorded: list[str] = []
        self._recorded = recorded
        try:
            yield recorded
        finally:
            self._recorded = None

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        recorded = self._recorded
        if recorded is None:
            return
        if event == "import":
            package = str(arguments[0]).partition(".")[0]
            if package not in self._known and package not in sys.builtin_module_names:
                recorded.append(f"imported {arguments[0]}")
        elif event == "exec" and isinstance(arguments[0], CodeType):
            if arguments[0].co_filename.startswith(self._files):
                recorded.append(f"ran Python code of {arguments[0].co_filename}")
        elif event == "ctypes.dlopen" and str(arguments[0]).startswith(self._files):
            recorded.append(f"loaded {arguments[0]}")
        elif event in _STARTS:
            recorded.append(f"{event} {arguments[:2]!r}")
