# make run: open real photographs. make test: every check. make bench: every benchmark.
# make screenshots: the pictures of every page; WEIGHTS=FILE of a vit_tiny_patch16_224 where the hub
# can't be reached.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests at once. More than the machine has cores makes those with a deadline late.
WORKERS ?= 2
TESTS := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive $(BIN)/python -m pytest
COVERED := --cov --cov-report=

.PHONY: run test coverage bench screenshots clean

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $(READY)

run: $(READY)
	$(BIN)/discern demo

# Each check on its own line; types also as Windows and macOS see them, two at a time. Measuring
# coverage costs a third more on Python 3.11, so it is left to CI, where the floors must hold, and to
# make coverage.
test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	printf '%s\n' linux win32 darwin | xargs -P 2 -I '{}' \
		$(BIN)/mypy --platform '{}' --cache-dir '.mypy_cache/{}'
	$(BIN)/vulture
	$(TESTS) -n $(WORKERS) -m "not alone" $(if $(CI),$(COVERED))
	$(if $(CI),$(BIN)/python -m bench.coverage_floors)
	$(TESTS) -m alone

coverage: $(READY)
	$(TESTS) -n $(WORKERS) -m "not alone" $(COVERED)
	$(BIN)/python -m bench.coverage_floors

bench: $(READY)
	$(BIN)/python -m bench

screenshots: $(READY)
	$(BIN)/python -m bench.screenshots \
		$(if $(LABELS),--labels "$(LABELS)") $(if $(WEIGHTS),--weights "$(WEIGHTS)")

clean:
	rm -rf $(VENV) build dist *.egg-info
