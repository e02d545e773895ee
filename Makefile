# Needs python3 (3.11 or newer), make and a network; everything else is installed below this folder.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never .uv/bin/uv
RUN := $(UV) run --locked --no-sync

.DEFAULT_GOAL := help
.PHONY: help demo test browser lint format check bench growth peers soak mutants docs clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'

.venv/.synced: .uv/bin/uv pyproject.toml uv.lock
	$(UV) sync --locked --quiet --python $(PYTHON)
	@touch $@

demo: .venv/.synced ## start a Neo4j, load the seed households, ask and answer
	@$(RUN) household-graph demo

WORKERS ?= 2
test: .venv/.synced browser ## run every test against a real Neo4j
	$(RUN) pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

browser: ## install Chromium for the tests of pictures, where that is allowed
	@scripts/install_browser.sh

lint: .venv/.synced ## ruff, mypy --strict and the import contract
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

format: .venv/.synced ## let ruff mend what it can
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

check: lint test ## all that CI runs

HOUSEHOLDS ?= 1000
ROWS ?= 1000000
bench: .venv/.synced ## measure, and print one table
	@$(RUN) python -m bench.run --households $(HOUSEHOLDS) --rows $(ROWS)

growth: .venv/.synced ## measure a check among 50,000 households beside one among 1,000
	@$(RUN) python -m bench.growth

peers: .venv/.synced ## compare with other authorization engines
	@$(RUN) python -m bench.peers --households $(HOUSEHOLDS)

SEED ?= $(shell date +%s)
soak: .venv/.synced ## an hour or two of kills, broken networks, full disks, races and hostile input
	@$(RUN) python -m tests.soak --seed $(SEED)

PLACES ?= 500
mutants: SEED = 1
mutants: .venv/.synced ## change the engine at 500 places, and list what no pure test notices
	@$(RUN) python -m scripts.mutants --places $(PLACES) --seed $(SEED) --jobs $(WORKERS)

docs: .venv/.synced ## make the generated pages and pictures anew
	@$(RUN) python -m scripts.make_docs

clean: ## remove the environments and caches made here (not the data of the tool)
	rm -rf .venv .uv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
