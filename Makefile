# What CI runs, piece by piece, in the environment whose python comes first on the path.
PYTHON ?= python

# On all cores; a test file's fixtures are mostly made by one process.
PYTEST = $(PYTHON) -m pytest -n auto --dist worksteal

.PHONY: check format lint types test boundscheck nojit slow docs

check: format lint types test        ## all that must be green before a commit

format:
	$(PYTHON) -m ruff format --check .
lint:
	$(PYTHON) -m ruff check .
types:
	$(PYTHON) -m mypy
test:
	$(PYTEST)

# numba's cache does not know these two settings: they get a cache of their own, by an absolute path,
# since tests change folders.
boundscheck:                         ## every array index of the kernels checked
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(CURDIR)/.numba-boundscheck $(PYTEST)
nojit:                               ## the kernels as plain Python, so that coverage sees them
	NUMBA_DISABLE_JIT=1 $(PYTEST)
slow:                                ## the tests that take minutes
	$(PYTHON) -m pytest -m slow

docs:                                ## docs/commands.md from the commands
	$(PYTHON) docs/make_commands.py
