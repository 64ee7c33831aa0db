# Each target makes what it needs: a fresh checkout and Python 3.11 or newer are enough.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench wheel clean

run: .venv/.run
	$(BIN)/nevsim run scenarios/liangjiang-2025.toml

# On all processors, a file of tests on one of them, in the order of tests/conftest.py.
test: .venv/.test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --doctest-modules src/nevsim
	$(BIN)/python -m pytest --doctest-glob='*.md' README.md docs
	$(BIN)/python -m pytest tests/test_architecture.py

# make bench BENCH=--quick, or BENCH="--write docs/performance.md"
bench: .venv/.test
	$(BIN)/python benchmarks/bench.py $(BENCH)

# The wheel as a user gets it: installed into an empty environment and called in an empty folder.
wheel: .venv/.test
	rm -rf build/wheel && mkdir -p build/wheel/empty
	$(BIN)/python -m build --wheel --outdir build/wheel . > build/wheel/log
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet build/wheel/*.whl
	cd build/wheel/empty && ../venv/bin/nevsim run --runs 500
	cd build/wheel/empty && ../venv/bin/nevsim new mine.toml && ../venv/bin/nevsim run mine.toml --runs 500 --json > /dev/null

clean:
	rm -rf .venv build dist

.venv/bin/python:
	$(PYTHON) -m venv .venv

# An editable install leaves its modules uncompiled, which would take a tenth of a second at every start where Python may
# not write beside them.
.venv/.run: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q src
	touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	$(BIN)/python -m compileall -q src
	touch $@ .venv/.run
