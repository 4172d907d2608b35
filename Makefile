# Everything that is done with the portal, from a fresh clone with Python 3.11 or later, git and make.

PORT ?= 8000
export PORT

# The first Python that is new enough; name another one with make PYTHON=...
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
ifeq ($(strip $(PYTHON)),)
$(error Python 3.11 or later is needed, and none was found)
endif
SETUP = $(PYTHON) -m portal.embedded.setup
BIN = .venv/bin

.PHONY: run setup check test test-long cases fuzz bench lock
.DEFAULT_GOAL := run

# The portal at http://localhost:8000/; another port with PORT=9000
run:
	@$(SETUP) run -m portal.embedded.run

# Everything that checks and tests need
setup:
	@$(SETUP) test

# Format, lint, types, migrations, and Django's own checks under the settings of a deployed portal
check: setup
	@$(BIN)/ruff format --quiet --check . || (echo "Put right with: $(BIN)/ruff format ." && exit 1)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@ALLOWED_HOSTS=portal.example DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

# The checks and the whole test suite but what takes long
test: check
	@$(BIN)/python -m pytest -n 2

# What takes long: more kills, larger files
test-long: setup
	@$(BIN)/python -m pytest -n 2 -m long

# What comes out of every rule fixture and every bad input, beside what is expected
cases: setup
	@$(BIN)/python -m tests.cases

# Whether the API answers anything that its schema does not say; FUZZ="--max-examples 1000" asks longer
fuzz: setup
	@$(BIN)/python -m tests.fuzz $(FUZZ)

# How fast it is, against limits and other libraries beside it; make bench BENCH="--write docs/performance.md" notes it
bench:
	@$(SETUP) bench
	@$(BIN)/python -m tests.bench $(BENCH)

# New lock files from pyproject.toml, with hashes and without the address of any index
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --upgrade
lock: setup
	$(COMPILE) pyproject.toml -o .requirements/run.txt
	$(COMPILE) pyproject.toml --group test -c .requirements/run.txt -o .requirements/test.txt
	$(COMPILE) --group pyproject.toml:bench -c .requirements/test.txt -o .requirements/bench.txt
	for group in uv node redis; do $(COMPILE) --group pyproject.toml:$$group -o .requirements/$$group.txt; done
