"""Judge the system calls of a process and its children, as strace writes them."""

import ast
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.security.watching.action import Places, installed
from tests.security.watching.child import MARK

TRACE = (
    "execve,execveat,fork,vfork,clone,clone3,%network,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,"
    "mkdirat,rmdir,link,linkat,symlink,symlinkat,mknod,mknodat,truncate,chmod,fchmodat,chown,"
    "lchown,fchownat,utimensat,setxattr,lsetxattr,removexattr,mount,umount2,ptrace,kill,chdir"
)
_LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
_STRING = re.compile(r'(?:(AT_FDCWD|\d+)<([^>]*)>, )?("(?:[^"\\]|\\.)*")')
_WRITES = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
_DEVICES = ("/dev/null", "/dev/tty", "/proc/", "/sys/", "/dev/shm/", "/dev/urandom")
_STARTS = ("execve", "execveat", "fork", "vfork", "ptrace", "mount", "umount2", "kill")
_NETWORK = ("connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg")


@cache
def can_trace() -> bool:
    """Return whether this machine has strace and lets it trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(command("/dev/null", ["true"]), capture_output=True).returncode == 0


def command(log: str, program: list[str]) -> list[str]:
    """Return the command that traces a program into a file."""
    options = ["-f", "--seccomp-bpf", "-y", "-qq", "-s", "4096", "-e", f"trace={TRACE}"]
    return ["strace", *options, "-e", "signal=none", "-o", log, "--", *program]


def effects(log: Path, places: Places) -> dict[int, list[str]]:
    """List what happened between the marks of each action.

    Args:
        log: The output of strace.
        places: The directories of the process.

    Returns:
        Descriptions by the number of the action. What other threads and children did after its
        end counts as well; the main thread then looks what has changed.
    """
    found: dict[int, list[str]] = defaultdict(list)
    action, watcher = None, None
    for line in log.read_text(errors="replace").splitlines():
        process = line.partition(" ")[0]
        if mark := re.search(rf"{MARK}/(\w+)/(\d+)", line):
            action = int(mark[2])
            watcher = process if mark[1] == "end" else None
        elif action is not None and process != watcher and (matched := _LINE.match(line)):
            found[action] += _judged(matched[2], matched[3], places)
    return found


def _judged(name: str, rest: str, places: Places) -> Iterator[str]:
    shown = f"{name}({rest[:300]}"
    if name in ("clone", "clone3"):
        if "CLONE_THREAD" not in rest:
            yield f"started a process: {shown}"
    elif name in _STARTS:
        yield f"started a process: {shown}"
    elif name == "socket" or name in _NETWORK:
        yield f"used a socket: {shown}"
    elif name in ("open", "openat", "openat2", "creat"):
        for path in _paths(rest):
            if name == "creat" or _WRITES.search(rest):
                if not _is_scratch(path, places):
                    yield f"wrote a file: {shown}"
            elif not _may_read(path, places):
                yield f"read a file: {shown}"
    # The target of a symbolic link is only a text.
    elif any(not _is_scratch(path, places) for path in _paths(rest)[name.startswith("symlink") :]):
        yield f"changed a file: {shown}"


def _paths(rest: str) -> list[str]:
    """Return the paths of a call, relative ones with their directory."""
    found = []
    for _, folder, text in _STRING.findall(rest.partition(") = ")[0]):
        path = ast.literal_eval(text)
        found.append(path if path.startswith("/") else f"{folder}/{path}")
    return found


def _below(path: str, folder: Path | str) -> bool:
    return path == str(folder) or path.startswith(f"{folder}/")


def _is_scratch(path: str, places: Places) -> bool:
    return _below(path, places.scratch) or path.startswith(_DEVICES)


def _may_read(path: str, places: Places) -> bool:
    if _below(path, places.victim):
        return False
    folders = (places.root, "/etc/ld.so.cache", "/etc/localtime", *installed())
    return path.startswith(_DEVICES) or any(_below(path, folder) for folder in folders)
