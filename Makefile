# make demo   a graph of well-known papers, in a virtual environment of its own
# make test   every check there is: format, lint, types, layers, schemas, tests
PYTHON ?= python3
VENV := .venv
DEMO_VENV := .venv-demo
BIN := $(VENV)/bin
SOURCES := $(shell find kg visualizations -name node_modules -prune -o -type f -print 2>/dev/null)

# make test-train   the tests of training that need torch
.PHONY: demo test test-train audit check-python clean gallery

demo: $(DEMO_VENV)/.installed
	@$(DEMO_VENV)/bin/kg demo --to demo

test: $(VENV)/.installed
	@sh scripts/find_chromium.sh >/dev/null || sh scripts/find_chromium.sh --install
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kg schema check schemas
	$(BIN)/pytest -n 2 --dist loadgroup
	GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384 $(BIN)/pytest -m trees tests/training

# a toy model, trained end to end: the only tests that need torch
test-train: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(BIN)/pytest -m train tests/training

# known vulnerabilities of what requirements.lock pins; fails where the index does not tell
audit: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --strict --disable-pip --progress-spinner off -r requirements.lock \
	  || { echo "error: NOT AUDITED CLEAN: a vulnerability above, or this index does not tell of any" >&2; \
	       echo "hint: run make audit where the package index has vulnerability data" >&2; exit 1; }

gallery: $(VENV)/.installed
	$(BIN)/python scripts/make_gallery.py

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: kg needs Python 3.11 or newer" >&2; \
	       echo "hint: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml | check-python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

$(DEMO_VENV)/.installed: pyproject.toml $(SOURCES) | check-python
	@echo "setting up $(DEMO_VENV) (once) ..."
	@$(PYTHON) -m venv $(DEMO_VENV)
	@$(DEMO_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps . \
	  && $(DEMO_VENV)/bin/python -m pip install --quiet --disable-pip-version-check .
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO_VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/integration/neo4j/.cache
