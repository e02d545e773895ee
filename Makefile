# Needs python3 (3.11 or newer), make and network access; everything else is installed below this folder.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never .uv/bin/uv
RUN := $(UV) run --locked --no-sync
unexport PYTHONDONTWRITEBYTECODE # or each of the thousand processes of the tests compiles every module

.DEFAULT_GOAL := help
.PHONY: help demo test browser lint format check bench growth peers soak mutants docs clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'

.venv/.synced: .uv/bin/uv pyproject.toml uv.lock
	$(UV) sync --locked --quiet --python $(PYTHON)
	@touch $@

demo: .venv/.synced ## start a Neo4j, load the seed households, ask and answer questions
	@$(RUN) household-graph demo

WORKERS ?= 4
test: .venv/.synced browser ## run every test against a real Neo4j
	$(RUN) pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

browser: ## install Chromium for the tests of pictures, if possible
	@scripts/install_browser.sh

lint: .venv/.synced ## run ruff, mypy --strict and the import contracts
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

format: .venv/.synced ## let ruff fix and format the code
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

check: lint test ## run everything that CI runs

HOUSEHOLDS ?= 1000
ROWS ?= 1000000
bench: .venv/.synced ## measure, and print a table
	@$(RUN) python -m bench.run --households $(HOUSEHOLDS) --rows $(ROWS)

growth: .venv/.synced ## compare a check among 50,000 households with one among 1,000
	@$(RUN) python -m bench.growth

peers: .venv/.synced ## compare with other authorization engines
	@$(RUN) python -m bench.peers --households $(HOUSEHOLDS)

SEED ?= $(shell date +%s)
soak: .venv/.synced ## test for an hour or two: kills, broken networks, full disks, races, hostile input
	@$(RUN) python -m tests.soak --seed $(SEED)

PLACES ?= 500
mutants: SEED = 1
mutants: .venv/.synced ## change the engine at 500 places, and list what no pure test notices
	@$(RUN) python -m scripts.mutants --places $(PLACES) --seed $(SEED) --jobs $(WORKERS)

docs: .venv/.synced ## regenerate pages and pictures
	@$(RUN) python -m scripts.make_docs

clean: ## remove environments and caches of this folder (not the data of the tool)
	rm -rf .venv .uv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
