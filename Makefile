# One task runner: people and continuous integration run the same targets.
# Needs Python 3.11 or newer and make; nothing else has to be installed beforehand.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV     := .venv-lock/bin/uv
# Folders are listed too, so that a deleted file also rebuilds the wheel.
SOURCE := $(shell find src -not -path '*__pycache__*') pyproject.toml README.md LICENSE
CLEAN_ENV := env -u PYTHONPATH -u PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check lint types imports format bench bench-judging bench-dedupe accept-workflows accept-trl accept-report docs lock wheel dev test-lowest clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.windrow ## From documents and seeds to a validated training file, with no key and no network
	@$(BIN)/windrow run examples/support/support.yaml
	@$(BIN)/windrow validate runs/support/exports/trl/train.jsonl --for trl
	@printf '%s\n' '' 'Ready for a trainer: runs/support/exports/trl/train.jsonl' \
		'How good, and how that is known: runs/support/report.md, and report.html for a browser' \
		'The dataset card: runs/support/exports/trl/README.md'

test: $(VENV)/.dev $(VENV)/.windrow ## Run the tests against the built wheel
	@$(CLEAN_ENV) $(BIN)/python -m pytest $(ARGS)

check: lint types imports test ## Everything a change must pass

lint: $(VENV)/.dev ## Style and formatting (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev $(VENV)/.windrow ## Static types (mypy, strict)
	@$(BIN)/mypy

imports: $(VENV)/.dev $(VENV)/.windrow ## Imports run downhill (import-linter)
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## Rewrite files in the house style
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: $(VENV)/.dev $(VENV)/.windrow ## Overhead against a bare client on a loopback server (ARGS=… passes through)
	@$(BIN)/python bench/overhead.py $(ARGS)

bench-judging: $(VENV)/.dev $(VENV)/.windrow ## Judge calls and precision of cascade and two passes against judging every row (ROAD=1: as runs)
	@$(BIN)/python bench/$(if $(ROAD),judging_road,judging).py $(ARGS)

bench-dedupe: $(VENV)/.dev $(VENV)/.windrow ## Dedupe at 100,000 and a million rows beside datasketch, rensa and semhash (large download, own environment)
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --requirement bench/dedupe.txt
	@$(BIN)/python bench/dedupe.py --others .venv-bench/bin/python $(ARGS)

accept-workflows: $(VENV)/.windrow ## Run every example as a user would, and hold it to its promises: one table
	@$(BIN)/python accept/workflows.py

accept-trl: $(VENV)/.windrow ## Two training steps of TRL's own SFT, DPO and KTO trainers on exported files (large download, own environment)
	@sh accept/trl/run.sh

accept-report: $(VENV)/.dev $(VENV)/.windrow ## Open the report's page in a real Chromium, light and dark, and look for faults (FOLDER=… for the pictures)
	@$(BIN)/python accept/report.py $(FOLDER)

docs: $(VENV)/.dev $(VENV)/.windrow ## Rewrite the generated parts of docs/
	@$(BIN)/python tests/house/reference.py

wheel: $(VENV)/.windrow ## Build dist/windrow-*.whl
	@ls dist/*.whl

dev: $(VENV)/.dev ## Install the working tree in place (editable), for your editor and `pytest`
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.windrow

test-lowest: ## Run the tests with the oldest dependencies that pyproject.toml allows
	@rm -rf .venv-lowest && $(PYTHON) -m venv .venv-lowest
	@.venv-lowest/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/lowest.lock
	@.venv-lowest/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation .
	@$(CLEAN_ENV) .venv-lowest/bin/python -m pytest $(ARGS)

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)
lock: ## Pin every dependency again (UPGRADE=1 takes the newest)
	@test -x $(UV) || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip --quiet install uv; }
	@$(COMPILE) pyproject.toml --output-file requirements/runtime.lock
	@$(COMPILE) --group build --constraints requirements/runtime.lock --output-file requirements/build.lock
	@$(COMPILE) pyproject.toml --group dev --constraints requirements/runtime.lock --output-file requirements/dev.lock
	@$(COMPILE) pyproject.toml --resolution lowest-direct --output-file .venv-lock/lowest.txt
	@$(COMPILE) pyproject.toml --group test --constraints .venv-lock/lowest.txt --output-file requirements/lowest.lock

clean: ## Remove environments, builds, caches and the demo's run
	@rm -rf .venv .venv-lock .venv-lowest .venv-accept dist build runs .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- environments, made once and again when what they are made of changes -------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'No Python found. Try: make PYTHON=/path/to/python3.11' >&2; exit 4; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("windrow needs Python 3.11 or newer. Try: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.lock requirements/build.lock | $(BIN)/python
	@echo 'Installing the locked runtime set …'
	@$(PIP) install --require-hashes -r requirements/runtime.lock -r requirements/build.lock
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	@echo 'Installing the locked development set …'
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

$(VENV)/.windrow: $(VENV)/.runtime $(SOURCE)
	@rm -rf dist
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@$(PIP) install --no-deps --force-reinstall dist/*.whl
	@touch $@
