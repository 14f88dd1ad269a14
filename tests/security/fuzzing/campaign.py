"""Watch a worker that reads cases: its time, its memory and its end."""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.security.fuzzing.case import write_case
from tests.security.fuzzing.judge import MOST_MEMORY, judge
from tests.security.fuzzing.targets import find_target

_START = 900.0
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Finding:
    """A case with a problem.

    Attributes:
        case: Target and number, as `--case` takes them.
        damaged: The damaged file.
        problem: The problem, whose first word is its kind.
    """

    case: str
    damaged: str
    problem: str

    @property
    def command(self) -> str:
        """The command that repeats the case."""
        return f"python -m tests.security.fuzzing --case {self.case}"


class Campaign:
    """Read damaged files for some time.

    Args:
        targets: Names of targets.
        folder: Where cases with a problem are kept.
        start: The number of the first case of each target. Defaults to 0.
        limit: Seconds that a reader may take for a small file. One that waits for a processor,
            on a machine that does other things as well, may take ten times as long. Defaults to
            30.

    Attributes:
        findings: The first case of each problem.
        counts: The number of cases that were read, by target.
    """

    def __init__(
        self, targets: Sequence[str], folder: Path, start: int = 0, limit: float = 30
    ) -> None:
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self._numbers = dict.fromkeys(targets, start)
        self._places: set[tuple[str, ...]] = set()
        self._folder = folder
        self._limit = limit

    def run(self, seconds: float) -> None:
        """Read cases; a worker that ends early is replaced by another.

        Args:
            seconds: For how long, with the time for preparing valid files.
        """
        with tempfile.TemporaryDirectory(prefix="fuzz-") as root:
            left = seconds
            while left > 0:
                left -= self._work(Path(root), left)

    def summary(self) -> str:
        """Describe counts and findings."""
        lines = [f"{name}: {count} cases" for name, count in sorted(self.counts.items())]
        kinds = Counter(each.problem.partition(":")[0] for each in self.findings)
        total = f"{self.counts.total()} cases, {len(self.findings)} problems"
        lines.append(total + "".join(f", {count} {kind}" for kind, count in kinds.items()))
        for each in self.findings:
            first = each.problem.splitlines()[0]
            lines.append(f"{each.case} ({each.damaged}): {first}\n    {each.command}")
        return "\n".join(lines)

    def _work(self, root: Path, seconds: float) -> float:
        """Let one worker read until its end; return the seconds that it read."""
        for name in ("cases", "scratch"):
            shutil.rmtree(root / name, ignore_errors=True)
            (root / name).mkdir()
        receive, send = os.pipe()
        arguments = [str(root), str(seconds), json.dumps(self._numbers), *self._numbers]
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.security.fuzzing.worker", *arguments],
            env=_environment(root, send),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[send],
            cwd=_ROOT,
        )
        os.close(send)
        try:
            return self._listen(worker, receive, root)
        finally:
            os.close(receive)
            worker.kill()
            worker.wait()

    def _listen(self, worker: subprocess.Popen, receive: int, root: Path) -> float:
        start = began = time.monotonic()
        used = 0.0
        current, preparing, waiting = None, "the first target", b""
        while True:
            arrived, _, _ = select.select([receive], [], [], 0.2)
            content = os.read(receive, 2**16) if arrived else None
            if content == b"":
                break
            for line in (waiting + (content or b"")).splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    waiting = line
                    continue
                waiting = b""
                event = json.loads(line)
                if event["event"] == "preparing":
                    preparing = event["target"]
                    began = time.monotonic()
                elif event["event"] == "case":
                    current, began, used = event, time.monotonic(), _processor_time(worker.pid)
                elif event["event"] == "done":
                    self._count(current, event["problem"], root)
                    current = None
                elif event["event"] == "end":
                    return time.monotonic() - start
            taken = time.monotonic() - began
            if current is None and taken > _START:
                raise RuntimeError(f"The valid files of {preparing} are not read")
            if current is not None and self._hangs(taken, _processor_time(worker.pid) - used):
                self._count(current, f"hang: more than {self._limit:g} seconds", root)
                return time.monotonic() - start
            if current is not None and _memory(worker.pid) > 8 * MOST_MEMORY:
                self._count(current, "memory: the worker was stopped", root)
                return time.monotonic() - start
        status = worker.wait()
        if current is None:
            raise RuntimeError(f"The worker ended with {status} while it prepared {preparing}")
        name = signal.Signals(-status).name if status < 0 else f"status {status}"
        self._count(current, f"crash: the process ended with {name}", root)
        return time.monotonic() - start

    def _hangs(self, taken: float, used: float) -> bool:
        """Return whether a reader that took and used so many seconds waits or computes for ever."""
        starved = self._limit / 20 < used < self._limit and taken < 10 * self._limit
        return taken > self._limit and not starved

    def _count(self, event: dict, problem: str | None, root: Path) -> None:
        target, number = event["target"], event["number"]
        self.counts[target] += 1
        self._numbers[target] = number + 1
        # Only the first case of problems that arise at the same place is kept.
        place = (target, *re.findall(r'File ".*", line \d+|^\w+: \w+', problem or ""))
        if problem is None or place in self._places:
            return
        self._places.add(place)
        finding = Finding(f"{target}:{number}", event["damaged"], problem)
        self.findings.append(finding)
        kept = self._folder / f"{target}-{number}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(root / "cases" / kept.name, kept)
        kept.with_suffix(".txt").write_text(f"{finding.command}\n{finding.damaged}\n{problem}\n")


def repeat(case: str, folder: Path) -> int:
    """Read one case again in this process and print the answer.

    Args:
        case: Target and number.
        folder: Where cases are kept. One that is not there is made again.

    Returns:
        1 if there is a problem, else 0.
    """
    target, _, number = case.partition(":")
    kept = folder / f"{target}-{number}"
    with tempfile.TemporaryDirectory(prefix="fuzz-") as root, tempfile.TemporaryDirectory() as own:
        valid = Path(root)
        reader = find_target(target)
        reader.make(valid)
        if not kept.exists():
            print(write_case(valid, target, int(number), kept))
        reader.read(valid)
        tempfile.tempdir = own
        try:
            problem = judge(reader.read, kept, Path(own))
        finally:
            tempfile.tempdir = None
    print(problem or "no problem")
    return 0 if problem is None else 1


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _processor_time(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError):
        # The name in parentheses may hold spaces.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _environment(root: Path, send: int) -> dict[str, str]:
    home = root / "home"
    home.mkdir(exist_ok=True)
    return {
        **os.environ,
        **{"HOME": str(home), "KERAS_HOME": str(home / ".keras")},
        **{"KERASTL_FUZZ_EVENTS": str(send), "TF_CPP_MIN_LOG_LEVEL": "3"},
        "PYTHONDONTWRITEBYTECODE": "1",
    }
