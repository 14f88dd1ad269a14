"""Counters of a server in the text format of Prometheus."""

from __future__ import annotations

import threading
from collections import Counter

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts requests, instances and seconds. Many threads share it.

    Args:
        info: What the server serves, such as the name of the model, as labels of one metric.
    """

    def __init__(self, info: dict[str, str]) -> None:
        self._info = info
        self._lock = threading.Lock()
        self._statuses: Counter[int] = Counter()
        self._instances: Counter[str] = Counter({"answered": 0, "failed": 0})
        self._buckets = [0] * len(_SECONDS)
        self._seconds, self._count = 0.0, 0
        self._running = 0
        self._present = 0

    @property
    def present(self) -> int:
        """Predict requests that are being answered, or whose answer is being sent."""
        return self._present

    def begin(self, limit: int) -> bool:
        """Count a predict request that begins, unless `limit` of them run already."""
        with self._lock:
            if self._running >= limit:
                return False
            self._running += 1
            self._present += 1
            return True

    def end(self, seconds: float, answered: int, failed: int) -> None:
        """Count a predict request whose answer is known.

        Args:
            seconds: How long it took.
            answered: How many instances have an answer.
            failed: How many have an error.
        """
        with self._lock:
            self._running -= 1
            self._count += 1
            self._seconds += seconds
            self._instances["answered"] += answered
            self._instances["failed"] += failed
            for place, bound in enumerate(_SECONDS):
                self._buckets[place] += seconds <= bound

    def leave(self) -> None:
        """Count a predict request whose answer was sent."""
        with self._lock:
            self._present -= 1

    def count_status(self, status: int) -> None:
        """Count a response."""
        with self._lock:
            self._statuses[status] += 1

    def text(self) -> str:
        """Return all metrics, one a line."""
        with self._lock:
            info = ",".join(f'{name}="{_escaped(text)}"' for name, text in self._info.items())
            lines = [
                "# TYPE kerastl_model_info gauge",
                f"kerastl_model_info{{{info}}} 1",
                "# TYPE kerastl_responses_total counter",
                *(
                    f'kerastl_responses_total{{status="{status}"}} {count}'
                    for status, count in sorted(self._statuses.items())
                ),
                "# TYPE kerastl_instances_total counter",
                *(
                    f'kerastl_instances_total{{outcome="{outcome}"}} {count}'
                    for outcome, count in self._instances.items()
                ),
                "# TYPE kerastl_requests_running gauge",
                f"kerastl_requests_running {self._running}",
                "# TYPE kerastl_predict_seconds histogram",
                *(
                    f'kerastl_predict_seconds_bucket{{le="{bound:g}"}} {count}'
                    for bound, count in zip(_SECONDS, self._buckets, strict=True)
                ),
                f'kerastl_predict_seconds_bucket{{le="+Inf"}} {self._count}',
                f"kerastl_predict_seconds_sum {self._seconds:.6f}",
                f"kerastl_predict_seconds_count {self._count}",
            ]
        return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
