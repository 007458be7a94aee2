# Giao nhận: everything by one command. `make run` opens the demo day, `make test` runs the suite.
# PORT, DATABASE_URL, GIAONHAN_CONFIG and TLS reach the product from the environment or as `make run PORT=9000`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The suite starts some hundred processes: half of each start is compiling, unless what was compiled is kept.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard tracker/locale/*/LC_MESSAGES/*.po))
# Two cores, three workers: many a test waits for a process; `make test WORKERS=0` runs in one, for a debugger.
WORKERS ?= 3
PYTEST_ARGS ?=

# uv installs the same hashed lists several times faster; pip comes with every Python.
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
else
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
endif

.PHONY: help run test check bench soak simulate lock format clean

help:
	@echo "make run    open the demo day in a browser (PORT=8000)"
	@echo "make test   the whole suite: SQLite, PostgreSQL, browser"
	@echo "make check  formatter, linter, strict types, imports, migrations, translations"
	@echo "make bench  benchmarks, one JSON line each"
	@echo "make soak   the long drills"
	@echo "make simulate  a province of 20,000 dossiers over sixty working days"
	@echo "make lock   write requirements/*.txt anew from pyproject.toml (needs uv)"
	@echo "make clean  remove what was built; var/ with its databases stays"

run: $(RUN_READY) $(CATALOGUES)
	@exec $(BIN)/python -m tools.demo_day

test: $(TEST_READY) $(CATALOGUES)
	@$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

check: $(TEST_READY) $(CATALOGUES)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/house

bench: $(TEST_READY) $(CATALOGUES)
	@$(BIN)/python -m benchmarks

soak: $(TEST_READY) $(CATALOGUES)
	@GIAONHAN_SOAK=1 $(BIN)/python -m pytest -m soak $(PYTEST_ARGS)

# SEEDS=1,2,3 plays those of a failure again.
simulate: $(TEST_READY) $(CATALOGUES)
	@GIAONHAN_SIMULATE=full GIAONHAN_SEEDS=$(SEEDS) $(BIN)/python -m pytest -s tests/simulation $(PYTEST_ARGS)

format: $(TEST_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; make PYTHON=/path/to/python3.11 names another one" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "making the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "installing what the product needs"
	@$(INSTALL) --require-hashes --no-deps -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The test list holds the run list, so one installation serves both stamps.
$(TEST_READY): requirements/test.txt pyproject.toml | $(BIN)/python
	@echo "installing what the product and its tests need"
	@$(INSTALL) --require-hashes --no-deps -r requirements/test.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(RUN_READY) $@

%.mo: %.po | $(BIN)/python
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# uv.lock names index addresses and is not committed; the lists hold names, versions and hashes only.
EXPORT := uv export --quiet --frozen --no-emit-project --no-default-groups \
  --format requirements-txt --no-annotate --no-header
# Both systems and every Python of the lists are the common case: said once in pyproject.toml, not on each line.
PLAIN := sed -E -e "s/python_full_version < '3\.15'( and )?//" \
  -e "s/( and )?\(sys_platform == 'darwin' or sys_platform == 'linux'\)//" -e 's/ ; *\\$$/ \\/'

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@uv lock --quiet $(LOCK_ARGS)
	@$(EXPORT) --group build | $(PLAIN) > requirements/run.txt
	@$(EXPORT) --group build --group test | $(PLAIN) > requirements/test.txt
	@grep -c == requirements/*.txt

clean:
	rm -rf $(VENV) *.egg-info build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find tracker -name '*.mo' -delete
