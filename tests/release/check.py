"""Build a release and try it as a user would: `make release-check`.

The source archive and the wheel are built and checked for the package index. Each is installed into
a fresh environment, without the lock, and runs README's first program and command in an empty
folder. Weights are random there: those of ImageNet are a download.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Digits in place of the user's photos, in one folder for each class.
PHOTOS = """
from pathlib import Path
from PIL import Image
import kerastl as ktl
images, labels = ktl.data.samples.handwritten_digits()
for number, (image, label) in enumerate(zip(images[:200], labels[:200])):
    folder = Path("trash") / str(label)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(folder / f"{number}.png")
"""


def readme_program() -> str:
    """Return README's first program, with random weights."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    program, default = found.group(1), "ImageClassification()"
    assert default in program
    return program.replace(default, "ImageClassification(weights=None, image_size=64)")


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command; return what it printed, or end with what it complained about."""
    # The checkout must not be imported in place of the installed package.
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    print("$", *(str(part).split("\n", 1)[0] for part in command), flush=True)
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}\nThe release is not ready: see above.")
    return done.stdout


def try_out(archive: Path, folder: Path) -> None:
    """Install an archive into a fresh environment, and use it."""
    environment, work = folder / "environment", folder / "work"
    work.mkdir(parents=True)
    run([sys.executable, "-m", "venv", environment], folder)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    run([python, "-m", "pip", "install", "--quiet", archive], folder)
    # An image user's installation has no matplotlib: nothing here may need it.
    run([python, "-c", PHOTOS], work)
    print(run([python, "-c", readme_program()], work)[-1500:])
    recipes = run([scripts / "kerastl", "recipes", "list"], work)
    assert "photos" in recipes
    run([scripts / "kerastl", "recipes", "copy", "photos", "mine"], work)
    assert (work / "mine" / "photos.py").is_file()
    run([scripts / "kerastl", "app", "web", "page", "--bundle", "out/trash"], work)
    assert (work / "page" / "index.html").is_file()


def main() -> None:
    """Build, check and try both archives."""
    argparse.ArgumentParser(description=__doc__.split("\n", 1)[0]).parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        built = folder / "built"
        run([sys.executable, "-m", "build", "--no-isolation", "-o", built, ROOT], folder)
        archives = sorted(built.iterdir())
        assert len(archives) == 2
        run([sys.executable, "-m", "twine", "check", "--strict", *archives], folder)
        for number, archive in enumerate(archives):
            try_out(archive, folder / str(number))
        print(f"Ready: {', '.join(archive.name for archive in archives)}")


if __name__ == "__main__":
    main()
