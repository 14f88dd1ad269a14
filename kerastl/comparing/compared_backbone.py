"""One backbone of a comparison and its metrics."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from kerastl.artifacts.bundle.bundle import Bundle

VARIANTS = ("float32", "int8")


@dataclass(frozen=True)
class DeviceMetrics:
    """Size, latency and accuracy of one LiteRT file of a backbone with its linear probe.

    Attributes:
        bytes: Size of the file in bytes.
        latency_ms: Milliseconds for one example: measured, the median on one thread; estimated,
            the time of the feature pass divided by its examples. None if unknown.
        accuracy: Accuracy of the file on at most 500 validation examples; without export, that
            of the linear probe.
        measured: Whether LiteRT ran the file here. Otherwise size and latency are estimates.
    """

    bytes: int
    latency_ms: float | None
    accuracy: float
    measured: bool = True


@dataclass(frozen=True)
class ComparedBackbone:
    """One row of a comparison: a backbone with its metrics, or the reason why it failed.

    Attributes:
        name: The backbone's name, with the options of its builder.
        accuracy: Validation accuracy of the linear probe; None if the backbone failed.
        feature_stages: Stages whose features the linear probe reads; empty if the backbone failed.
        accuracy_interval: 95 % Wilson score interval of the accuracy (Wilson 1927).
        log_me: LogME of the probe's features; see `kerastl.training.linear_probe.logme`.
        parameters: Number of parameters of backbone and probe.
        random_weights: Whether the backbone has no trained weights.
        feature_seconds: Seconds of the feature pass over training and validation examples,
            reading and compilation included; None if the features were cached.
        float32: The float32 file; without export an estimate; None if it could not be written.
        int8: The int8 file; None without export.
        problem: Why metrics or files are missing; empty otherwise.
    """

    name: str
    accuracy: float | None = None
    feature_stages: tuple[str, ...] = ()
    accuracy_interval: tuple[float, float] | None = None
    log_me: float | None = None
    parameters: int | None = None
    random_weights: bool = False
    feature_seconds: float | None = None
    float32: DeviceMetrics | None = None
    int8: DeviceMetrics | None = None
    problem: str = ""

    def with_files(self, bundle: Bundle) -> "ComparedBackbone":
        """Return the row with the metrics of exported files."""
        metrics = {}
        for variant in VARIANTS:
            artifact = bundle[f"tflite/{variant}"]
            if artifact.bytes is None or artifact.latency_ms is None or artifact.accuracy is None:
                return self.with_problem(f"{variant}: {artifact.decision}")
            metrics[variant] = DeviceMetrics(artifact.bytes, artifact.latency_ms, artifact.accuracy)
        return replace(self, float32=metrics["float32"], int8=metrics["int8"])

    def with_estimates(self, examples: int) -> "ComparedBackbone":
        """Return the row with size and latency of the float32 file as estimates.

        Args:
            examples: Number of examples in the feature pass.
        """
        assert self.accuracy is not None
        assert self.parameters is not None
        passed = self.feature_seconds
        latency = None if passed is None else passed * 1000 / examples
        return replace(
            self, float32=DeviceMetrics(self.parameters * 4, latency, self.accuracy, measured=False)
        )

    def with_problem(self, problem: str) -> "ComparedBackbone":
        """Return the row with the reason why metrics or files are missing."""
        return replace(self, problem=problem)

    def files(self) -> dict[str, DeviceMetrics]:
        """Return the metrics of the files that exist, by variant."""
        by_variant = {"float32": self.float32, "int8": self.int8}
        return {variant: metrics for variant, metrics in by_variant.items() if metrics is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as plain values for JSON."""
        interval = self.accuracy_interval
        return {
            **asdict(self),
            "feature_stages": list(self.feature_stages),
            "accuracy_interval": None if interval is None else list(interval),
        }


DevicePoint = tuple[ComparedBackbone, str, DeviceMetrics]
"""One file of a comparison: the backbone's row, the variant and the file's metrics."""
