# make run: open real photographs. make test: every check. make bench: every benchmark.
# make screenshots: the pictures of every page; WEIGHTS=FILE of a vit_tiny_patch16_224 where the hub
# can't be reached.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests at once. More than the machine has cores makes those with a deadline late.
WORKERS ?= 2
# Compiled files are kept whatever the shell says: the tests start Python some hundred times.
TESTS := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive $(BIN)/python -m pytest
# Each process takes one half and helps the other at the end: what a file of tests prepares, such as
# a trained run, is then made once and not in both.
SHARED := -n $(WORKERS) --dist worksteal
COVERED := --cov --cov-report=

.PHONY: run test coverage bench screenshots clean

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $(READY)

run: $(READY)
	$(BIN)/discern demo

# What needs no tests run two at a time: types also as Windows and macOS see them. Measuring coverage
# costs a third more on Python 3.11, so it is left to CI, where the floors must hold, and to
# make coverage.
test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	printf '%s\n' \
		'mypy --platform linux --cache-dir .mypy_cache/linux' \
		'mypy --platform win32 --cache-dir .mypy_cache/win32' \
		'mypy --platform darwin --cache-dir .mypy_cache/darwin' \
		vulture | xargs -P 2 -I '{}' sh -c '$(BIN)/python -m {}'
	$(TESTS) $(SHARED) -m "not alone" $(if $(CI),$(COVERED))
	$(if $(CI),$(BIN)/python -m bench.coverage_floors)
	$(TESTS) -m alone

coverage: $(READY)
	$(TESTS) $(SHARED) -m "not alone" $(COVERED)
	$(BIN)/python -m bench.coverage_floors

bench: $(READY)
	$(BIN)/python -m bench

screenshots: $(READY)
	$(BIN)/python -m bench.screenshots \
		$(if $(LABELS),--labels "$(LABELS)") $(if $(WEIGHTS),--weights "$(WEIGHTS)")

clean:
	rm -rf $(VENV) build dist *.egg-info
