# serve and test are all that a fresh machine with Python >= 3.11 needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: serve check test test-slow lint bench install wheel lock clean

serve: install
	@$(BIN)/samgraf serve $(ARGS)

# Style, types and layers, in seconds.
lint: .venv/installed-test
	@$(BIN)/ruff check server tests data
	@$(BIN)/ruff format --check server tests data
	@$(BIN)/ty check --quiet
	@$(BIN)/lint-imports --no-logo --no-cache

# What starts no server and no browser: under a minute.
check: lint
	@$(BIN)/python tests/side_by_side.py --part check $(ARGS)

test: lint
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python tests/side_by_side.py $(ARGS)

# What needs peers (Java, Virtuoso, Fuseki, Comunica, nginx) or more builds, and the large random runs.
test-slow: .venv/installed-test
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python tests/side_by_side.py --part slow $(ARGS)

# The servers to compare with stand in an environment of their own, away from the tests' one.
bench: .venv/installed-test .venv-bench/installed
	@$(BIN)/python tests/bench $(ARGS)

install: .venv/installed

wheel: .venv/installed-test
	@$(BIN)/python -m hatchling build -t wheel -t sdist $(ARGS)

# Refresh all locks; needs uv. The hashes in them pin every file that is ever installed.
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --upgrade -q -o server/requirements.lock
	uv pip compile pyproject.toml --extra build --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -c server/requirements.lock -q -o tests/requirements.lock
	uv pip compile tests/bench/requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --upgrade -q -o tests/bench/requirements.txt

clean:
	rm -rf .venv .venv-bench dist build .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "samgraf needs Python 3.11 or newer; $(PYTHON) is older. Give another: make PYTHON=python3.12 serve" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }

.venv/installed: .venv/bin/python server/requirements.lock pyproject.toml
	@echo "Installing samgraf into .venv ..."
	@$(PIP) install --require-hashes -r server/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-test: .venv/bin/python tests/requirements.lock pyproject.toml
	@echo "Installing samgraf and its test tools into .venv ..."
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ .venv/installed

.venv-bench/installed: .venv/bin/python tests/bench/requirements.txt
	@echo "Installing the servers to compare with into .venv-bench ..."
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r tests/bench/requirements.txt
	@touch $@
