.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: setup

# The first Python 3.11 that answers; looked for only when a recipe needs it.
PYTHON = $(shell for candidate in .venv/bin/python python3.11 python3 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)

setup: ## Make .venv and install what the product needs (skipped when nothing changed)
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 was not found. On Debian 12: apt-get install python3.11 python3.11-venv" >&2; exit 1; \
	fi; \
	$$python scripts/environment.py run
