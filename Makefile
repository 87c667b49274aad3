PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
TESTS ?=

.PHONY: help demo test builders lint bench crash openapi schema lock clean
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/installed ## start the gateway with simulated registries and tell the story (PORT=8000, EXIT=1 stops after it)
	@$(BIN)/reuse-gateway demo --port $(PORT) $(if $(EXIT),--exit)

test: $(VENV)/installed-dev ## run the whole suite, on SQLite and on a PostgreSQL that it brings itself (TESTS=path narrows)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

builders: $(VENV)/installed-dev ## try the forms in the real builders and Debian's Chromium (needs node, npm, chromium; SCREENSHOTS=1 keeps pictures)
	cd tests/builders && npm ci --ignore-scripts --no-audit --no-fund
	SCREENSHOTS=$(SCREENSHOTS) $(BIN)/python -m pytest -m builders tests/builders

lint: $(VENV)/installed-dev ## style and layers
	$(BIN)/ruff check src tests benchmarks migrations
	$(BIN)/ruff format --check src tests benchmarks migrations
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev ## measure (benchmarks/), ratios with medians and spread
	$(BIN)/python -m benchmarks

crash: $(VENV)/installed-dev ## kill -9 the gateway 500 times under load and verify (R1)
	$(BIN)/python -m tests.acceptance.crash --rounds $(or $(ROUNDS),500)

openapi: $(VENV)/installed ## write openapi/openapi.json anew
	$(BIN)/reuse-gateway openapi > openapi/openapi.json

schema: $(VENV)/installed-dev ## write down anew what the migrations make (after every migration)
	$(BIN)/python -m tests.storage.write_schema

lock: ## resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --extra timestamp --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.lock

clean: ## forget the environment and the embedded data
	rm -rf $(VENV) var
