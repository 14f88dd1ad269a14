"""Search among ways to read examples by cross-validated losses of the linear probe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kerastl.recipe.choosing.candidate import InputCandidates
from kerastl.recipe.choosing.held_out_losses import HeldOutLosses
from kerastl.recipe.choosing.input_choice import TriedInput
from kerastl.recipe.choosing.limits import InputLimits
from kerastl.recipe.choosing.search_rules import next_to_try, preferred

# A pass is expected to take this many times what the passes before suggest.
_MARGIN = 1.3


@dataclass(frozen=True)
class Measured:
    """The evidence about one candidate.

    Attributes:
        held_out: The losses of its linear probe.
        computation: Multiply-adds of one example.
        seconds: Seconds that it took to build, to compute its features and to fit the probe.
    """

    held_out: HeldOutLosses
    computation: float
    seconds: float


@dataclass
class InputSearch:
    """Measure candidates one by one until more computation no longer pays.

    Args:
        candidates: The candidates.
        limits: Bounds on latency and time.
        measure: Function of a candidate's number; returns the evidence.
        latency: Function of a candidate's number; returns milliseconds of one example. It is
            called with `max_latency` only.
        passes_left: Passes over the examples of the choice that follow the search, relative to
            one: the remaining training examples and the validation examples.

    Attributes:
        measured: The evidence by number.
        latencies: Milliseconds by number.
        left_out: Why a candidate was not measured, by number.
    """

    candidates: InputCandidates
    limits: InputLimits
    measure: Callable[[int], Measured]
    latency: Callable[[int], float]
    passes_left: float = 0.0
    measured: dict[int, Measured] = field(default_factory=dict)
    latencies: dict[int, float] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)

    def first(self) -> int:
        """Measure the default, or the most expensive cheaper one that is fast enough.

        Returns:
            Its number. The cheapest candidate is measured even if it is too slow.
        """
        number = self.candidates.start
        while number > 0 and self._too_slow(number):
            number -= 1
        if number == 0 and self._too_slow(0):
            self.left_out.pop(0)
        self.measured[number] = self.measure(number)
        return number

    def run(self, start: int) -> int:
        """Measure further candidates.

        Args:
            start: The number that `first` returned.

        Returns:
            The number of the chosen candidate.
        """
        count = len(self.candidates.candidates)
        while True:
            allowed = [n for n in range(count) if n not in self.left_out]
            number = next_to_try(self._losses, start, allowed)
            if number is None or self._too_late(number, start):
                break
            if not self._too_slow(number):
                self.measured[number] = self.measure(number)
        return preferred(self._losses, start)

    def rows(self, start: int) -> list[TriedInput]:
        """Return the evidence about each candidate that was tried or left out."""
        base = self.measured[start]
        rows = []
        for number, candidate in enumerate(self.candidates.candidates):
            latency = self.latencies.get(number)
            found = self.measured.get(number)
            if found is None:
                if number in self.left_out:
                    note = self.left_out[number]
                    rows.append(TriedInput(candidate.name, latency_ms=latency, note=note))
                continue
            apart = found.held_out.minus(base.held_out)
            rows.append(
                TriedInput(
                    candidate.name,
                    found.held_out.mean,
                    apart.mean,
                    apart.error,
                    found.held_out.metric,
                    found.computation / base.computation,
                    latency,
                )
            )
        return rows

    def notes(self, chosen: int) -> tuple[str, ...]:
        """Return a line if the chosen candidate exceeds the bound on latency."""
        bound, latency = self.limits.max_latency, self.latencies.get(chosen)
        if bound is None or latency is None or latency <= bound:
            return ()
        return (f"the fastest input takes {latency:.1f} ms, above max_latency={bound:g}",)

    @property
    def _losses(self) -> dict[int, HeldOutLosses]:
        return {number: each.held_out for number, each in self.measured.items()}

    def _too_slow(self, number: int) -> bool:
        bound = self.limits.max_latency
        if bound is None:
            return False
        if number not in self.latencies:
            self.latencies[number] = self.latency(number)
        if self.latencies[number] > bound:
            self.left_out[number] = f"above {bound:g} ms"
            return True
        return False

    def has_time_for(self, number: int) -> bool:
        """Return whether there is time for a pass like that of a candidate that was measured."""
        needed = _MARGIN * self.measured[number].seconds * (1.0 + self.passes_left)
        return needed <= self.limits.seconds_left

    def _too_late(self, number: int, start: int) -> bool:
        cost = self.candidates.candidates[number].cost
        known = {n: self.candidates.candidates[n].cost for n in self.measured}
        nearest = min(known, key=lambda n: abs(known[n] - cost))
        # A part of each pass, such as compiling, does not depend on the computation.
        expected = self.measured[nearest].seconds * max(1.0, cost / known[nearest])
        needed = _MARGIN * expected * (1.0 + self.passes_left)
        if needed > self.limits.seconds_left:
            self.left_out[number] = (
                f"{max(0.0, self.limits.seconds_left):.0f} s are left, and it needs about "
                f"{needed:.0f} s"
            )
            return True
        return False
