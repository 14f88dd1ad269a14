import pytest

from kerastl.comparing.compared_backbone import ComparedBackbone, DeviceMetrics
from kerastl.comparing.comparison import Comparison
from kerastl.comparing.frontier import frontier


def row(name, accuracy, parameters, float32_ms, int8_ms=None, int8_accuracy=0.0):
    return ComparedBackbone(
        name,
        accuracy,
        ("stem",),
        (0.1, 0.9),
        -0.2,
        parameters,
        feature_seconds=2.0,
        float32=DeviceMetrics(4_000_000, float32_ms, accuracy),
        int8=int8_ms and DeviceMetrics(1_000_000, int8_ms, int8_accuracy),
    )


@pytest.fixture
def found():
    rows = [
        ComparedBackbone("broken", problem="ValueError: no weights"),
        row("slow", 0.8, 900, 9.0, 4.0, 0.7),
        row("large", 0.9, 2000, 8.0, 3.0, 0.88),
        row("small", 0.8, 500, 2.0, 1.0, 0.78),
    ]
    return Comparison.of(rows, training_examples=80, validation_examples=20, ranking_seconds=7.0)


def test_equally_accurate_ones_are_sorted_by_size(found):
    assert [each.name for each in found.rows] == ["large", "small", "slow", "broken"]


def test_the_frontier_holds_files_of_both_variants(found):
    points = [(each.name, variant) for each, variant, _ in found.frontier]
    assert points == [
        ("small", "int8"),
        ("small", "float32"),
        ("large", "int8"),
        ("large", "float32"),
    ]
    frontiers = {each["name"]: each["frontier"] for each in found.to_dict()["rows"]}
    assert frontiers["large"] == ["float32", "int8"]
    assert frontiers["slow"] == frontiers["broken"] == []


def test_the_table_has_units_and_names_the_best_files(found):
    lines = str(found).splitlines()
    assert lines[0].split()[0] == "backbone"
    assert {"MB", "ms", "s"} <= set(lines[1].split())
    assert lines[2].split()[:3] == ["large", "0.900", ".10-.90"]
    assert lines[2].endswith("both")
    assert lines[6] == "broken: ValueError: no weights"


def test_a_row_fits_into_100_columns():
    wide = row("a_backbone_with_a_long_name(alpha=0.35)", 0.812, 143_667_240, 1234.5, 234.5, 0.8)
    found = Comparison.of([wide], training_examples=80, validation_examples=20, ranking_seconds=7.0)
    assert max(map(len, str(found).splitlines()[:3])) <= 100


def test_the_image_is_written_whole(found, tmp_path):
    figure = found.plot(tmp_path / "backbones.png")
    assert (tmp_path / "backbones.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["backbones.png"]
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["float32", "int8", "frontier"]
    assert "LiteRT" in figure.axes[0].get_xlabel()


def test_estimates_are_no_points_beside_measurements():
    estimated = ComparedBackbone(
        "estimated", 0.9, float32=DeviceMetrics(1, 0.001, 0.9, measured=False)
    )
    both = Comparison.of(
        [estimated, row("measured", 0.8, 1, 5.0)],
        training_examples=1,
        validation_examples=1,
        ranking_seconds=1.0,
    )
    assert [each.name for each, _, _ in both.points] == ["measured"]


def test_where_all_failed_there_is_no_best():
    broken = ComparedBackbone("broken", problem="ValueError: no weights")
    none = Comparison.of([broken], training_examples=1, validation_examples=1, ranking_seconds=1.0)
    with pytest.raises(ValueError, match="broken: ValueError: no weights"):
        _ = none.best
    assert "broken" in str(none)


@pytest.mark.parametrize(
    ("points", "kept"),
    [
        ([], []),
        ([(1, 0.5)], [0]),
        ([(1, 0.5), (1, 0.6)], [1]),
        ([(2, 0.5), (1, 0.5)], [1]),
        ([(1, 0.5), (1, 0.5)], [0, 1]),
        ([(3, 0.9), (1, 0.5), (2, 0.4)], [1, 0]),
    ],
)
def test_frontier(points, kept):
    assert frontier(points) == kept
