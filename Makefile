# Two commands matter: `make app` and `make test`. Each sets up what it needs.
# Written for GNU make 3.81, which macOS ships.

.PHONY: app run quick test bench check matrix lock clean
.DEFAULT_GOAL := app

PLACE ?= chicago mexico london_stops
PORT ?= 8501
WORKERS ?= 2
VERSIONS ?= 3.11 3.12 3.13
LANE ?= test
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
DEV := $(VENV)/dev-ready

app: run
	$(BIN)/harmmodel app --port $(PORT)

run: $(READY)
	@set -e; for place in $(PLACE); do $(BIN)/harmmodel run $$place; done

# Seconds instead of minutes: style, types and every test that needs no run of a whole place.
# TOPIC=areas keeps the tests whose path names that topic (a folder or file under tests/); contract tests stay.
quick: $(DEV)
	$(BIN)/python -m ruff check --quiet .
	$(BIN)/python -m ruff format --quiet --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest --quick --topic "$(TOPIC)" tests harmmodel/method

# Everything, file by file on WORKERS processes, files that take long first; `pytest` alone runs it in one process.
test: $(DEV)
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Ratios measured side by side; about ten minutes. PARTS="load score linked simulator pages" chooses.
bench: $(DEV)
	$(BIN)/python -m tests.bench $(PARTS)

check: $(DEV)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/harmmodel schema --check
	$(BIN)/harmmodel check

# PYTHON=… chooses another interpreter. The folder is built anew when the users' lock changes.
$(READY): requirements.lock
	@set -e; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.14 python3.11); do \
		command -v "$$python" >/dev/null 2>&1 || continue; \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$python cannot make virtual environments. On Debian: sudo apt-get install python3-venv" >&2; continue; }; \
		echo "Setting up $(VENV) with $$("$$python" --version) (a few minutes, once)" >&2; \
		"$$python" -m venv --clear $(VENV); \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
		touch $@; \
		exit 0; \
	done; \
	echo "Python 3.11, 3.12, 3.13 or 3.14 is needed and was not found." >&2; \
	echo "  Debian 12 or newer: sudo apt-get install python3 python3-venv" >&2; \
	echo "  macOS:              brew install python@3.13" >&2; \
	echo "  elsewhere:          make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	exit 1

# The tools of developers, on top of what users have.
$(DEV): $(READY) requirements-dev.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Before a release: LANE on every supported Python, each in a folder of its own, and then the same figures from each.
# An interpreter is found by uv or on the PATH.
matrix:
	@set -e; for version in $(VERSIONS); do \
		python="$$(uv python find --system $$version 2>/dev/null || command -v python$$version || true)"; \
		test "$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$$version" || { \
			echo "Python $$version was not found. Install it, or leave it out of VERSIONS." >&2; exit 1; }; \
		echo "Python $$version" >&2; \
		$(MAKE) $(LANE) build/matrix/$$version.figures VENV=build/matrix/$$version PYTHON="$$python"; \
	done
	@set -e; for version in $(VERSIONS); do \
		diff build/matrix/$(firstword $(VERSIONS)).figures build/matrix/$$version.figures; \
	done; echo "Every Python gives the same figures: $(VERSIONS)"

build/matrix/%.figures: $(DEV) FORCE
	$(BIN)/python -m tests.figures chicago london_stops > $@

FORCE:

# Needs uv. No index address is written, so the locks work with any mirror; what has no wheel is not taken.
COMPILE := uv pip compile --quiet --universal --fork-strategy fewest --only-binary :all: --emit-build-options \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra install
lock:
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	python3 tools/sbom.py > sbom.cdx.json

# Removes what was built here; snapshots, runs and decisions under data/ stay.
clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis harmmodel.egg-info
	find harmmodel tests -name __pycache__ -type d -prune -exec rm -rf {} +
