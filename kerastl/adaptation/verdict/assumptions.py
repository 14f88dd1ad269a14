"""What adaptation assumes about the target, checked without target labels."""

from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence

# A proxy A-distance of 0.45 means that a linear classifier is right on about 6 of 10 examples.
_ALIKE = 0.45
# All methods assume that class frequencies in the target are similar to those in the source.
_SHARES_DIFFER = 0.25
# Below half way from chance to the source accuracy, target predictions say little about the task.
_UNRELATED = 0.5
# Ratio of the baseline's entropies on target and source, below which training on its own
# predictions is not chosen: it makes the baseline more certain, right or wrong.
_CERTAIN = 1.5
# If the entropy on the target is a quarter above that on the source, and predicted classes are
# not clusters, then neither certainty nor structure shows that the task is the same.
_UNCERTAIN, _CLUSTERED = 1.25, 0.3


def unmet_assumptions(evidence: AdaptationEvidence) -> list[str]:
    """Return the assumptions of adaptation that the target does not meet, in words.

    Args:
        evidence: Metrics of both models; or of the baseline, in place of both.
    """
    found = []
    if look_alike(evidence):
        found.append(
            "source and target look alike, so there is little to gain: the distance of their "
            f"features (proxy A-distance, 0 to 2) is {evidence.proxy_a_distance.baseline:.2f}"
        )
    if evidence.shares_differ > _SHARES_DIFFER:
        found.append(
            f"class frequencies in the target seem to differ by {evidence.shares_differ:.0%} from "
            "the source; adaptation methods assume similar frequencies"
        )
    chance = max(evidence.source_shares)
    reverse = evidence.validators["reverse_validation"].adapted
    half_way = chance + _UNRELATED * (evidence.source_accuracy.baseline - chance)
    if reverse < half_way:
        found.append(
            "predictions on the target say little about the source classes: a classifier trained "
            f"on them is right on {reverse:.1%} of the source"
        )
    on_source, on_target = evidence.baseline_entropy
    clustered = evidence.validators["class_ami"].adapted
    if on_target > _UNCERTAIN * on_source and clustered < _CLUSTERED:
        found.append(
            "the source-only baseline is much less certain on the target (mean entropy "
            f"{on_target:.2f}, on the source {on_source:.2f}), and the predicted classes are not "
            f"clusters of target features (agreement {clustered:.2f} of 1)"
        )
    return found


def look_alike(evidence: AdaptationEvidence) -> bool:
    """Return whether source and target features are hard to tell apart before adaptation."""
    return evidence.proxy_a_distance.baseline < _ALIKE


def learns_little_from_itself(
    evidence: AdaptationEvidence, least_ratio: float = _CERTAIN
) -> str | None:
    """Return why training on the baseline's own predictions is unsafe; None if it is not.

    Args:
        evidence: Metrics with those of the baseline.
        least_ratio: Ratio of the baseline's entropies on target and source from which it is safe.
            Defaults to 1.5.
    """
    on_source, on_target = evidence.baseline_entropy
    if on_target >= least_ratio * on_source:
        return None
    return (
        "the source-only baseline is almost as certain on the target (mean entropy "
        f"{on_target:.2f}) as on the source ({on_source:.2f}); training on its own predictions "
        "makes it more certain even if they are wrong"
    )
