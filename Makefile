# make run: open real photographs. make test: every check. make bench: every benchmark.
# make screenshots: the pictures of every page; those of training need LABELS=FOLDER of rated
# photos, and WEIGHTS=FILE of a vit_tiny_patch16_224 where the hub can't be reached.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test bench screenshots clean

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $(READY)

run: $(READY)
	$(BIN)/discern demo

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: $(READY)
	$(BIN)/python -m bench

screenshots: $(READY)
	$(BIN)/python -m bench.screenshots \
		$(if $(LABELS),--labels "$(LABELS)") $(if $(WEIGHTS),--weights "$(WEIGHTS)")

clean:
	rm -rf $(VENV) build dist *.egg-info
