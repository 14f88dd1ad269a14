"""Every command that writes to a path refuses a path that it cannot write before it works."""

import itertools

import pytest

import kerastl
from kerastl.cli.main import main
from tests.permissions import mode


@pytest.fixture
def places(tmp_path):
    """A folder with paths that cannot be written."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").write_bytes(b"x")
    (tmp_path / "closed").mkdir()
    return tmp_path


@pytest.fixture
def no_work(monkeypatch):
    """Fail if a command reads data or loads a recipe."""

    def worked(*arguments, **settings):
        raise AssertionError("the command began its work")

    for place in ("cli.training.train", "cli.run_data.read_run_data", "comparing.compare.compare"):
        monkeypatch.setattr(f"kerastl.{place}", worked)


COMMANDS = {
    "fit": lambda digits, out: ["fit", str(digits), "--out", out],
    "export": lambda digits, out: ["export", str(digits), out, "--overwrite"],
    "compare": lambda digits, out: [
        "compare", str(digits), "--backbones", "mobilenet", "--plot", f"{out}/plot.png",
    ],
    "recipes": lambda digits, out: ["recipes", "copy", "photos", out],
}  # fmt: skip


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("command", "place"),
    [
        *itertools.product(COMMANDS, ["file", "file/new", "dangling", "closed/new"]),
        # The other commands add files to a directory.
        *itertools.product(["fit", "export"], ["full"]),
    ],
)
def test_refused(command, place, places, digits, capsys):
    words = COMMANDS[command](digits, str(places / place))
    with mode(places / "closed", 0o500):
        assert main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("kerastl: error: ")
    assert "Received" in error
    assert "overwrite=True" not in error
    names = sorted(path.name for path in places.iterdir())
    assert names == ["closed", "dangling", "file", "full"]


@pytest.mark.parametrize("name", ["plot", "plot.xyz", "", ".png"])
@pytest.mark.usefixtures("no_work")
def test_a_plot_has_a_known_suffix(name, digits, tmp_path, capsys):
    command = ["compare", str(digits), "--backbones", "mobilenet", "--plot", str(tmp_path / name)]
    assert main(command) == 2
    assert "The name of a plot must end in one of" in capsys.readouterr().err


@pytest.mark.usefixtures("no_work")
def test_a_trained_recipe_behind_a_link_is_not_replaced(digits, tmp_path, capsys):
    (tmp_path / "run").mkdir()
    for name in ("recipe.json", "run.yaml"):
        (tmp_path / "run" / name).touch()
    (tmp_path / "link").symlink_to(tmp_path / "run")
    assert main(["fit", str(digits), "--out", str(tmp_path / "link"), "--overwrite"]) == 2
    assert "is a symbolic link" in capsys.readouterr().err


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("saved", [[], ["model.keras", "recipe.json"]])
def test_a_run_in_an_empty_directory_is_resumed(saved, digits, tmp_path, capsys):
    run = tmp_path / "run"
    (run / ".kerastl-checkpoint").mkdir(parents=True)
    (run / ".kerastl-checkpoint" / "state.npz").touch()
    for name in saved:
        (run / name).touch()
    command = ["fit", str(digits), "--out", str(run)]
    assert main(command) == 2
    said = "holds something else" if saved else "was not finished: pass --resume"
    assert said in capsys.readouterr().err
    with pytest.raises(AssertionError, match="began its work"):
        main([*command, "--resume"])


@pytest.mark.slow
def test_a_run_fills_an_empty_directory(digits, tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    command = ["fit", str(digits), "--out", ".", "--weights", "none", "--option", "alpha=0.35"]
    command += ["--image-size", "32", "--schedule", "feature_extraction", "--quiet"]
    assert main(command) == 0
    names = {path.name for path in (tmp_path / "run").iterdir()}
    recipe = {"model.keras", "unfamiliarity.npz", "recipe.json", "labels.txt", "run.yaml"}
    assert names == recipe | {"report.html", "evaluation.json", "history.csv", "decision.txt"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert kerastl.load(".").class_names == ("digit0", "digit1", "digit2")
