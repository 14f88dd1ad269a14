"""Train, save, load and predict images without what only POSIX systems have, as on Windows.

`python -m tests.recipe.without_posix FOLDER` prints `done`. It cannot be imported by a test,
because it changes `os` for the whole process.
"""

import importlib.abc
import os
import select
import shutil
import signal
import sys
import tempfile
import warnings
from pathlib import Path

MODULES = {"crypt", "fcntl", "grp", "nis", "pty", "pwd", "readline", "resource", "syslog"}
MODULES |= {"termios", "tty"}
# Has no wheel for Windows.
MODULES |= {"tensorflow_text"}

CALLS = {
    os: "O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown chroot confstr fchmod fchown fork "
    "forkpty getegid geteuid getgid getgroups getloadavg getpgid getpriority getresuid getsid "
    "getuid killpg lchown mkfifo mknod nice openpty pathconf posix_fadvise posix_fallocate "
    "sched_getaffinity setsid setuid sync sysconf uname wait3 wait4",
    signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 alarm pthread_kill "
    "pthread_sigmask setitimer sigwait",
    select: "epoll poll",
}  # fmt: skip


class Blocked(importlib.abc.MetaPathFinder):
    """Hide modules."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def block_calls():
    """Remove functions and constants, and let the others fail where Windows lets them fail."""
    for module, names in CALLS.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    # The standard library's own way on Windows: it opens no directory and deletes no open file.
    shutil._use_fd_functions = False
    tempfile.TemporaryFile = tempfile.NamedTemporaryFile
    for name, check in (
        ("open", check_open),
        ("rename", check_rename),
        ("replace", check_replace),
        ("unlink", check_delete),
        ("remove", check_delete),
        ("rmdir", check_delete),
        ("symlink", not_permitted),
    ):
        setattr(os, name, checked(getattr(os, name), check))


def checked(function, check):
    def call(path, *arguments, **settings):
        check(path, *arguments)
        return function(path, *arguments, **settings)

    return call


def check_open(path, *arguments):
    if isinstance(path, str | os.PathLike) and os.path.isdir(path):
        raise PermissionError(13, "Permission denied", os.fspath(path))


def check_rename(source, target):
    if os.path.lexists(target):
        raise FileExistsError(17, "File exists", os.fspath(target))
    check_replace(source, target)


def check_replace(source, target):
    if os.path.isdir(target):
        raise PermissionError(13, "Permission denied", os.fspath(target))
    check_delete(source)
    check_delete(target)


def check_delete(path):
    place = os.path.realpath(path)
    for used in [*open_files(), *mapped_files()]:
        if used == place or used.startswith(place + os.sep):
            raise PermissionError(13, f"In use: {used}", os.fspath(path))


def not_permitted(*arguments):
    raise OSError(1314, "A required privilege is not held by the client")


def open_files():
    for number in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue


def mapped_files():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return [line.split(maxsplit=5)[-1].strip() for line in maps if "/" in line]


def write_photos(folder):
    """Write images whose class shows in their colour, one folder for each class."""
    from PIL import Image

    from tests.training import tiny

    for number, (pixels, label) in enumerate(zip(*tiny.images(count=30), strict=True)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / label / f"{number}.png")
    return folder


def main(folder):
    sys.meta_path.insert(0, Blocked())
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    assert not MODULES & set(sys.modules)
    block_calls()
    # A file without a named encoding is read in another one on Windows.
    warnings.filterwarnings("error", category=EncodingWarning, module="kerastl")

    import kerastl
    from kerastl.cli.main import main as command
    from tests.training import tiny

    photos = write_photos(folder / "photos")
    data = kerastl.data.image_folder(photos, validation_split=0.25)
    recipe = kerastl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    schedule = [
        kerastl.Phase("head", linear_probe=True),
        kerastl.Phase("head", epochs=1, learning_rate=1e-3),
    ]
    kept = {"cache": folder / "cache", "checkpoint": folder / "checkpoint", "verbose": 0}
    recipe.fit(data, schedule, **kept)
    assert not (folder / "checkpoint").exists()
    assert {len(path.name) for path in (folder / "cache").iterdir()} == {32}
    recipe.save(folder / "run")
    recipe.save(folder / "run", overwrite=True)
    recipe = kerastl.load(folder / "run")
    recipe.fit(data, "feature_extraction", **kept)  # with the same features
    (found,) = recipe.predict([next(photos.rglob("*.png"))])
    assert found.label in data.class_names
    assert command(["predict", str(folder / "run"), str(next(photos.rglob("*.png")))]) == 0
    assert list(folder.rglob(".kerastl-*")) == []
    print("done")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
