# The commands of the project. Each target does its own set-up; `make help` explains them.
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS := never
BIN := .venv/bin
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

.PHONY: help demo run test check faults bench bench-summary i18n package setup setup-run clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

demo: setup-run ## try the program with nearly 700 invented cases (window; without a display, files in demo-output/)
	@$(BIN)/shelter-app demo $(ARGS)

run: setup-run ## start the program
	@$(BIN)/shelter $(ARGS)

test: setup check ## all checks and all tests of the normal run
	@$(PYTEST) -n 2 --dist loadfile -m "not deep and not bench" $(ARGS) tests/app tests/ui
	@$(PYTEST) -m "not deep and not bench" tests/e2e
	@$(PYTEST) -n 2 -m "not deep and not bench" tests/faults

check: setup ## style, types, layers and message catalogues
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python packaging/catalogue.py check

faults: setup ## the deep tier of fault tests (long)
	@$(PYTEST) -n 2 --deep --figures fault-figures.json $(ARGS) tests/faults

bench: setup ## measure the program beside reference workloads
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench $(ARGS)

bench-summary: setup ## figures of summaries beside their goals and other tools (ARGS=--quick: two minutes)
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.summary $(ARGS)

i18n: setup ## bring the message catalogues up to the source code
	@$(BIN)/python packaging/catalogue.py update

package: setup ## build wheel and source distribution into dist/
	@.venv-tools/bin/uv build --quiet --out-dir dist && ls dist

setup: ## only the set-up: system libraries, Python environment with the tools for testing
	@packaging/setup.sh dev
	@$(BIN)/python packaging/catalogue.py compile

setup-run:
	@packaging/setup.sh run
	@$(BIN)/python packaging/catalogue.py compile

clean: ## remove what was built, the environments too
	@rm -rf .venv .venv-tools .venv-bench dist build demo-output .mypy_cache .ruff_cache .pytest_cache
