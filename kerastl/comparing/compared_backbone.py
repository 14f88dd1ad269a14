"""One backbone of a comparison, and its metrics."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from kerastl.artifacts.bundle.bundle import Bundle


@dataclass(frozen=True)
class DeviceMetrics:
    """What a LiteRT file of a backbone with its probe takes and gives.

    Attributes:
        bytes: Size of the file.
        latency_ms: Median time of one example, in milliseconds: on one thread where it is
            measured, else the share of an example in the feature pass; None where not known.
        accuracy: Of the file, on at most 500 validation examples; the probe's own where nothing
            was exported.
        measured: Whether LiteRT has run the file here. Otherwise size and latency are estimates.
    """

    bytes: int
    latency_ms: float | None
    accuracy: float
    measured: bool = True


@dataclass(frozen=True)
class ComparedBackbone:
    """A backbone's row.

    Attributes:
        name: The backbone, with the options of its builder.
        accuracy: Of the solved linear probe on the validation split; None where it failed.
        accuracy_interval: 95 % Wilson score interval of the accuracy (Wilson 1927).
        log_me: LogME on the features that the probe sees; see `linear_probe.logme`.
        parameters: Numbers in backbone and probe.
        random_weights: Whether the backbone was never trained.
        feature_seconds: Time of the feature pass over training and validation examples, reading
            and compilation included; None where features were found in the cache.
        float32: The float32 file; without export its size by the number of parameters and its
            latency by the feature pass; None where it could not be made.
        int8: The int8 file; None without export.
        problem: Why there are no metrics, or no files; empty where there is nothing to say.
    """

    name: str
    accuracy: float | None = None
    accuracy_interval: tuple[float, float] | None = None
    log_me: float | None = None
    parameters: int | None = None
    random_weights: bool = False
    feature_seconds: float | None = None
    float32: DeviceMetrics | None = None
    int8: DeviceMetrics | None = None
    problem: str = ""

    def with_files(self, bundle: Bundle) -> "ComparedBackbone":
        """Return the row with what was measured on exported files."""
        metrics = {}
        for variant in ("float32", "int8"):
            artifact = bundle[f"tflite/{variant}"]
            if artifact.bytes is None or artifact.latency_ms is None or artifact.accuracy is None:
                return self.with_problem(f"{variant}: {artifact.decision}")
            metrics[variant] = DeviceMetrics(artifact.bytes, artifact.latency_ms, artifact.accuracy)
        return replace(self, float32=metrics["float32"], int8=metrics["int8"])

    def with_estimates(self, examples: int) -> "ComparedBackbone":
        """Return the row with the float32 file's metrics as the feature pass suggests them.

        Args:
            examples: How many went through the feature pass.
        """
        assert self.accuracy is not None
        assert self.parameters is not None
        passed = self.feature_seconds
        latency = None if passed is None else passed * 1000 / examples
        return replace(
            self, float32=DeviceMetrics(self.parameters * 4, latency, self.accuracy, measured=False)
        )

    def with_problem(self, problem: str) -> "ComparedBackbone":
        """Return the row with a reason for what is missing."""
        return replace(self, problem=problem)

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as plain values that JSON can hold."""
        interval = self.accuracy_interval
        return {**asdict(self), "accuracy_interval": None if interval is None else list(interval)}
