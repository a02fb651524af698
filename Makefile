# Everything a developer or operator types. `make` alone prints this list.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help setup run serve test races coverage check format bench migrate migration seed vendor \
	lock where docs fuzz mutants test-environment compiled-tests

# The first Python 3.11 that answers; looked for only when a recipe needs it.
PYTHON = $(shell for candidate in .venv/bin/python python3.11 python3 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
NO_PYTHON = Python 3.11 was not found. On Debian 12: apt-get install python3.11 python3.11-venv

BIN := .venv/bin
FLASK := $(BIN)/python -m flask --app wsgi
# Compiled files are kept whatever the machine says: tests start the registry many times.
PYTEST = export PYTHONDONTWRITEBYTECODE=; CHROMIUM="$$($(BIN)/python -m scripts.browser)" || exit 1; export CHROMIUM; \
	exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# How many tests run side by side: more than cores, for a test waits for its database or browser.
# And what else to tell pytest: make test ARGS="tests/web -k rosters"
WORKERS ?= 3
ARGS ?=
# How many generated requests `make fuzz` sends, and from which seed.
REQUESTS ?= 20000
SEED ?= 1

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with what the product needs (does nothing when nothing changed)
	@python="$(PYTHON)"; [ -n "$$python" ] || { echo "$(NO_PYTHON)" >&2; exit 1; }; \
	$$python -m scripts.environment run

test-environment:
	@python="$(PYTHON)"; [ -n "$$python" ] || { echo "$(NO_PYTHON)" >&2; exit 1; }; \
	$$python -m scripts.environment test

run: setup ## Start the registry with invented data; HOST, PORT, REGISTRY_HOME, DATABASE_URL count
	@exec $(FLASK) serve --demo

serve: setup ## Start the registry as it is, without invented data
	@exec $(FLASK) serve

test: test-environment ## Run everything: the checks, then all tests (make test ARGS="tests/web -k rosters")
	@$(MAKE) --no-print-directory -j 2 check compiled-tests
	@$(PYTEST) $(ARGS)

# What pytest makes of the tests' files: each of its workers would do so, while the checks leave a
# core idle. It fails where a test cannot be collected, as the run would, and names it.
compiled-tests: test-environment
	@said="$$(PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --collect-only --quiet 2>&1)" \
		|| { printf '%s\n' "$$said"; exit 1; }

races: test-environment ## Race every service that writes: 16 clients at once, on both databases
	@export REGISTRY_RACERS=16; $(PYTEST) tests/services/test_one_at_a_time_races.py $(ARGS)

coverage: test-environment ## Run the tests and name the lines and branches that none reaches (slow)
	@$(PYTEST) --cov --cov-branch --cov-report=term $(ARGS)

check: test-environment ## Run what needs no test: format, lint, types, layers, templates, spelling
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md docs

format: test-environment ## Put the code in order
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

fuzz: test-environment ## Send 20,000 generated requests, on both databases (make fuzz SEED=2 REQUESTS=5000)
	@export PYTHONDONTWRITEBYTECODE= FUZZ_REQUESTS="$(REQUESTS)" FUZZ_SEED="$(SEED)"; \
	exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/fuzz $(ARGS)

mutants: test-environment ## Try the tests: change the registry in 200 small things (make mutants ARGS="--seed 2")
	@nice $(BIN)/python -m scripts.mutants $(ARGS)

bench: test-environment ## Measure the pages and commands that must be fast
	$(BIN)/python -m benchmarks

migrate: setup ## Bring the database to the newest schema
	$(FLASK) init

migration: test-environment ## Write the next numbered migration: make migration m="add card prints"
	$(BIN)/python -m scripts.new_migration "$(m)"

seed: setup ## Load the invented data, once
	$(FLASK) seed --demo

vendor: ## Rebuild registry/static/vendor from frontend/ (needs node; the result is committed)
	frontend/build.sh

lock: ## Resolve requirements/*.in anew and write the locks with their hashes
	@python="$(PYTHON)"; [ -n "$$python" ] || { echo "$(NO_PYTHON)" >&2; exit 1; }; \
	$$python -m scripts.lock

where: ## List the files of a noun, layer by layer: make where n=rosters
	@python="$(PYTHON)"; [ -n "$$python" ] || { echo "$(NO_PYTHON)" >&2; exit 1; }; \
	$$python -m scripts.where "$(n)"

docs: setup ## Print the permission table into docs/
	$(FLASK) permissions table > docs/permissions.md
