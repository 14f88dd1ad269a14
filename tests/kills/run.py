"""Kill kerastl with SIGKILL at random moments of every phase, and prove that nothing is lost.

Usage: python -m tests.kills.run [--kills N] [--seed N] [--phases NAME ...] [--json]

Each kill has a process and a folder of its own. Afterwards, another process resumes the training
or loads what was saved. Its result must equal that of an unbroken run, for `overwrite=True` that
of the old or the new one, and no temporary file may be left. Small ones that TensorFlow and Keras
themselves leave in the system's folder of temporary files are not counted: generated functions and
empty folders.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from tests.kills.scenarios import SCENARIOS, Arrays, Scenario

_TRIES = 20


@dataclass
class Row:
    """What the kills in one phase have shown."""

    phase: str
    kills: int = 0
    equal: int = 0
    left: int = 0
    problems: list[str] = field(default_factory=list)


class Child:
    """A copy of this process, in which frameworks are imported and nothing has run yet.

    Args:
        folder: Where it works; its temporary files go to a folder of their own in it.
        work: What it does. It writes its result to `result.npz`.
    """

    def __init__(self, folder: Path, work: Callable[[Path, "Span"], Arrays]) -> None:
        read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(read)
            _run(folder, work, write)
        os.close(write)
        self._lines = os.fdopen(read)

    def wait_for(self, name: str, number: int) -> float | None:
        """Return when a phase began for the n-th time; None if the process ended before."""
        for line in self._lines:
            said, what, moment = line.split()
            if said == name and what == "begin":
                number -= 1
                if number < 0:
                    return float(moment)
        return None

    def spans(self) -> list[tuple[str, float]]:
        """Return the names and durations of all phases, when the process has ended."""
        begun: dict[str, float] = {}
        found = []
        for line in self._lines:
            name, what, moment = line.split()
            if what == "begin":
                begun[name] = float(moment)
            else:
                found.append((name, float(moment) - begun[name]))
        return found

    def end(self) -> int:
        """Wait for the end and return the exit status, negative for a signal."""
        self._lines.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Span:
    """Tell the parent when a phase begins and ends."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self._tell(name, "begin")
        yield
        self._tell(name, "end")

    def _tell(self, name: str, what: str) -> None:
        os.write(self._pipe, f"{name} {what} {time.monotonic()}\n".encode())


def _run(folder: Path, work: Callable[[Path, Span], Arrays], pipe: int) -> None:
    try:
        (folder / "tmp").mkdir(exist_ok=True)
        tempfile.tempdir = str(folder / "tmp")
        os.environ["TMPDIR"] = tempfile.tempdir
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.config.experimental.enable_op_determinism()
        keras.utils.set_random_seed(1)
        (folder / "files").mkdir(exist_ok=True)
        arrays = work(folder / "files", Span(pipe))
        np.savez(folder / "result.npz", *arrays)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    # Without the interpreter's own end: threads of frameworks were not copied.
    os._exit(0)


def result(folder: Path) -> Arrays:
    with np.load(folder / "result.npz") as found:
        return [found[name] for name in found.files]


def same(first: Arrays, second: Arrays) -> bool:
    return len(first) == len(second) and all(map(np.array_equal, first, second))


class Killer:
    """Kill one scenario again and again.

    Args:
        scenario: The program.
        root: A folder for its files.
        draws: Random numbers.
    """

    def __init__(self, scenario: Scenario, root: Path, draws: random.Random) -> None:
        self._scenario = scenario
        self._root = root
        self._draws = draws
        self._count = 0
        self._before = root / "before"
        self._accepted: list[Arrays] = []
        self._spans: list[tuple[str, float]] = []

    def begin(self) -> None:
        """Make what is there before, and run once without a kill."""
        self._before.mkdir(parents=True)
        first = Child(self._before, lambda folder, span: self._scenario.prepare(folder) or [])
        assert first.end() == 0, "the preparation failed"
        shutil.rmtree(self._before / "tmp")
        if old := result(self._before):
            self._accepted.append(old)
        whole = self._copy("whole")
        child = Child(whole, self._scenario.work)
        self._spans = child.spans()
        assert child.end() == 0, "the unbroken run failed"
        self._accepted.append(result(whole))
        # Two runs must be equal without any kill for the comparison to mean something.
        assert len(self._accepted) == 1 or not same(*self._accepted)

    def kill(self, row: Row) -> None:
        """Kill once in a phase, go on, and add what was found to a row."""
        for _ in range(_TRIES):
            folder = self._copy(str(self._count))
            self._count += 1
            times = [seconds for name, seconds in self._spans if name == row.phase]
            number = self._draws.randrange(len(times))
            share = self._draws.random()
            child = Child(folder, self._scenario.work)
            begun = child.wait_for(row.phase, number)
            if begun is not None:
                time.sleep(max(0.0, begun + share * times[number] - time.monotonic()))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)
            ended = child.end()
            if ended == -signal.SIGKILL:
                break
            shutil.rmtree(folder)
        else:
            row.problems.append("the process always ended before its kill")
            return
        row.kills += 1
        (folder / "result.npz").unlink(missing_ok=True)
        moment = f"{row.phase}, time {number + 1}, after {share:.0%}"
        child = Child(folder, lambda files, span: self._scenario.go_on(files))
        if child.end() != 0:
            row.problems.append(f"{moment}: it did not go on")
        elif not any(same(result(folder), each) for each in self._accepted):
            row.problems.append(f"{moment}: another result")
        else:
            row.equal += 1
        if found := self._left(folder):
            row.left += 1
            row.problems.append(f"{moment}: left {', '.join(found)}")
        shutil.rmtree(folder)

    def _copy(self, name: str) -> Path:
        folder = self._root / name
        shutil.copytree(self._before, folder)
        (folder / "result.npz").unlink()
        return folder

    def _left(self, folder: Path) -> list[str]:
        files = folder / "files"
        left = [each.name for each in files.iterdir() if each.name not in self._scenario.leaves]
        for path in files.rglob("*"):
            name = path.name
            if name.startswith(".") or name == "lock" or path.suffix in (".new", ".partial"):
                left.append(str(path.relative_to(files)))
        left += [f"tmp/{path.name}" for path in (folder / "tmp").iterdir() if not _is_foreign(path)]
        return sorted(set(left))


def _is_foreign(path: Path) -> bool:
    """Return whether TensorFlow or Keras has made a temporary file, which it never deletes."""
    has_files = path.is_file() or any(each.is_file() for each in path.rglob("*"))
    return path.name.startswith("__autograph_generated_file") or not (
        has_files or path.name.startswith(".")
    )


def kill_all(kills: int, seed: int, phases: list[str], root: Path) -> list[Row]:
    """Kill in one phase after the other until there are enough, and return a row for each."""
    draws = random.Random(seed)
    rows = [Row(phase) for phase in phases]
    killers: dict[str, Killer] = {}
    for count in range(kills):
        row = rows[count % len(rows)]
        (scenario,) = (each for each in SCENARIOS if row.phase in each.phases)
        killer = killers.get(scenario.phases[0])
        if killer is None:
            killer = Killer(scenario, root / scenario.phases[0], draws)
            killer.begin()
            killers[scenario.phases[0]] = killer
        killer.kill(row)
        if (count + 1) % 20 == 0:
            print(f"{count + 1} of {kills}", *table(rows)[-1:], file=sys.stderr, flush=True)
    return rows


def table(rows: list[Row]) -> list[str]:
    """Return a line for each phase, and one for all."""
    lines = [f"{'phase':<12}{'kills':>7}{'equal':>7}{'left behind':>13}"]
    total = Row("all")
    for row in rows:
        total.kills += row.kills
        total.equal += row.equal
        total.left += row.left
    for row in (*rows, total):
        lines.append(f"{row.phase:<12}{row.kills:>7}{row.equal:>7}{row.left:>13}")
    return lines


def main() -> int:
    known = [phase for scenario in SCENARIOS for phase in scenario.phases]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--phases", nargs="+", choices=known, default=known)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as root:
        rows = kill_all(chosen.kills, chosen.seed, chosen.phases, Path(root))
    if chosen.json:
        print(json.dumps([vars(row) for row in rows]))
    else:
        print(*table(rows), sep="\n")
        print(*(problem for row in rows for problem in row.problems), sep="\n")
        print(f"{time.monotonic() - start:.0f} s on {keras.backend.backend()}")
    return int(any(row.problems for row in rows))


if __name__ == "__main__":
    sys.exit(main())
