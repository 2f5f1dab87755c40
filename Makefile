# Two commands matter: `make app` and `make test`. Each sets up what it needs.
# Written for GNU make 3.81, which macOS ships.

.PHONY: app run quick test bench check lock clean
.DEFAULT_GOAL := app

PLACE ?= chicago mexico london_stops
PORT ?= 8501
WORKERS ?= 2
READY := .venv/ready

app: run
	.venv/bin/harmmodel app --port $(PORT)

run: $(READY)
	@set -e; for place in $(PLACE); do .venv/bin/harmmodel run $$place; done

# Seconds instead of minutes: style, types and every test that needs no run of a whole place.
# TOPIC=areas keeps the tests whose path names that topic (a folder or file under tests/); contract tests stay.
quick: $(READY)
	.venv/bin/python -m ruff check --quiet .
	.venv/bin/python -m ruff format --quiet --check .
	.venv/bin/python -m mypy
	.venv/bin/python -m pytest --quick --topic "$(TOPIC)" tests harmmodel/method

# Everything, file by file on WORKERS processes, files that take long first; `pytest` alone runs it in one process.
test: $(READY)
	@.venv/bin/python tests/browser/chromium.py
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Ratios measured side by side; about ten minutes. PARTS="load score linked simulator pages" chooses.
bench: $(READY)
	.venv/bin/python -m tests.bench $(PARTS)

check: $(READY)
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/harmmodel schema --check
	.venv/bin/harmmodel check

# PYTHON=… chooses another interpreter. The folder .venv is rebuilt when the lock changes.
$(READY): requirements.lock
	@set -e; \
	for python in "$(PYTHON)" python3 python3.13 python3.12 python3.14 python3.11; do \
		test -n "$$python" && command -v "$$python" >/dev/null 2>&1 || continue; \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$python cannot make virtual environments. On Debian: sudo apt-get install python3-venv" >&2; continue; }; \
		echo "Setting up .venv with $$("$$python" --version) (a few minutes, once)" >&2; \
		"$$python" -m venv --clear .venv; \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
		touch $@; \
		exit 0; \
	done; \
	echo "Python 3.11 or newer is needed and was not found." >&2; \
	echo "  Debian 12 or newer: sudo apt-get install python3 python3-venv" >&2; \
	echo "  macOS:              brew install python@3.13" >&2; \
	echo "  elsewhere:          make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	exit 1

# Needs uv. No index address is written, so the lock works with any mirror.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

# Removes what was built here; snapshots, runs and decisions under data/ stay.
clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis harmmodel.egg-info
	find harmmodel tests -name __pycache__ -type d -prune -exec rm -rf {} +
