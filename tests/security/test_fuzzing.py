"""Damaged files are answered or named; the whole search is `make fuzz SECONDS=1800`."""

import zipfile
from pathlib import Path
from random import Random

import pytest

from tests.security.fuzzing.campaign import Campaign, repeat
from tests.security.fuzzing.case import write_case
from tests.security.fuzzing.judge import judge
from tests.security.fuzzing.mutation import mutated
from tests.security.fuzzing.targets import find_target, target_names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, name) for name in ("memory", "inner", "unnamed", "leak", "left")),
        ("parser", "inner"),
        ("named", None),
    ],
)
def test_the_judge_sees_every_problem(
    name: str, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / each for each in ("valid", "case", "scratch")]
    for folder in folders:
        folder.mkdir()
    valid, case, scratch = folders
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    reader = find_target(f"planted_{name}")
    reader.make(valid)
    assert judge(reader.read, valid, scratch) is None
    problem = judge(reader.read, case, scratch)
    assert (problem is None) if kind is None else problem.startswith(f"{kind}: ")


@pytest.mark.slow
def test_a_crash_and_a_hang_are_found_and_repeated(tmp_path: Path) -> None:
    campaign = Campaign(["planted_crash", "planted_hang", "planted_named"], tmp_path, limit=2)
    # On a busy machine, 20 s are enough for a few cases only.
    for _ in range(6):
        campaign.run(20)
        if campaign.counts["planted_named"] > 10:
            break
    kinds = {
        each.case.partition(":")[0]: each.problem.partition(":")[0] for each in campaign.findings
    }
    assert kinds == {"planted_crash": "crash", "planted_hang": "hang"}
    assert campaign.counts["planted_named"] > 10
    for finding in campaign.findings:
        kept = tmp_path / finding.case.replace(":", "-")
        assert kept.is_dir()
        assert finding.command in kept.with_suffix(".txt").read_text()
    assert repeat("planted_inner:3", tmp_path) == 1


def test_a_case_is_the_same_in_every_run(tmp_path: Path) -> None:
    valid = tmp_path / "valid"
    valid.mkdir()
    find_target("coco").make(valid)
    contents = []
    for name in ("a", "b"):
        write_case(valid, "coco", 5, tmp_path / name)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append([(path.name, path.read_bytes()) for path in files])
    assert contents[0] == contents[1]


def test_damage_keeps_an_archive_readable_now_and_then(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.json", '{"a": [1, 2, {"b": null}]}')
    content = (tmp_path / "a.zip").read_bytes()
    damaged = [mutated(content, Random(number)) for number in range(60)]
    assert len(set(damaged)) > 40
    for number, each in enumerate(damaged):
        (tmp_path / f"{number}.zip").write_bytes(each)
    assert sum(zipfile.is_zipfile(tmp_path / f"{number}.zip") for number in range(60)) > 20


@pytest.mark.slow
def test_every_reader_for_some_seconds(tmp_path: Path) -> None:
    campaign = Campaign(target_names(), tmp_path, limit=120)
    campaign.run(15)
    assert not campaign.findings, campaign.summary()
