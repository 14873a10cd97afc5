# Impasto's commands. `make` alone lists them.

PYTHON ?= python3
VENV   ?= .venv
OUT    ?= out
# pytest's own options, as in: make test T="tests/picture -x"
T      ?=
# how many tests run at once
JOBS   ?= auto

BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TORCH  := torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench docs clean

help: ## list these commands
	@printf 'make setup first is not needed: every command does it by itself.\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## install everything into .venv (PYTHON=python3.12 chooses the interpreter)

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || { \
	  command -v $(PYTHON) >/dev/null || { \
	    echo "Python 3.11 or newer is needed, and there is no '$(PYTHON)'. Name one: make setup PYTHON=python3.12" >&2; exit 1; }; \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make setup PYTHON=python3.12" >&2; exit 1; }; \
	  $(PYTHON) -m venv $(VENV) || { \
	    echo "The environment could not be made. On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }; }
	@echo "Installing into $(VENV): a few minutes the first time, PyTorch is large"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt '$(TORCH)'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup ## paint some photographs and say where they lie
	@$(BIN)/python examples/demo.py $(OUT)/demo

test: setup ## run the tests (COVER=1 measures the coverage of the package, too)
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist worksteal $(if $(COVER),--cov --cov-report=term) $(T)

lint: setup ## check style, types, layers and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: setup ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure what we claim: speed, memory, seams, quality
	@set -e; for script in $(or $(B),$(wildcard bench/[a-z]*.py)); do \
	  printf '\n== %s\n' "$$script"; $(BIN)/python "$$script"; done

docs: setup ## build the documentation into docs/_build/html
	@$(BIN)/sphinx-build --jobs auto --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "The documentation lies in docs/_build/html/index.html"

clean: ## remove what these commands made, but not .venv
	rm -rf build dist docs/_build htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests docs examples -name __pycache__ -type d -prune -exec rm -rf {} +
