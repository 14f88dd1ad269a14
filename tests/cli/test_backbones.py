import pytest

from kerastl.backbones import names
from kerastl.cli.main import main


def test_every_name_is_listed_once_by_family(capsys):
    assert main(["backbones"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 100 for line in [*lines, last])
    column = lines[0].index("vgg16")
    listed = [name for line in lines for name in line[column:].split()]
    assert sorted(listed) == sorted(names())
    families = [line[:column].strip() for line in lines if line[:column].strip()]
    assert len(families) == len(set(families))
    assert {"vgg", "mobilenet", "efficientnet", "bert", "deberta_v3", "gpt2"} <= set(families)
    assert "preset" in last


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("MOBILENET_V2", {"mobilenet_v2"}), ("vgg*", {"vgg16", "vgg19"}), ("?ert", {"bert"})],
)
def test_a_pattern_chooses(pattern, found, capsys):
    assert main(["backbones", pattern]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {name for line in lines for name in line.split()[1:]} == found


def test_a_pattern_without_a_match_names_the_nearest(capsys):
    assert main(["backbones", "mobilnet"]) == 2
    assert "Did you mean 'mobilenet'" in capsys.readouterr().err
