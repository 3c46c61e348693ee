# 阳光入学 · Sunshine Enrolment. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint lock bench-catchments bench-security rehearsal

export PYTHONUTF8 := 1
PYTHON ?= python3
export PYTHON
BIN := .venv/bin
# What `make test` runs: `make test TESTS="tests/classing -k seed"`.
TESTS ?=
FAMILIES ?= 1000
SEED ?= 1
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
# Digests are everywhere here, so hexadecimal text alone alarms nobody; nor do the locks, the values that open nothing in
# .ci/production.env, alphabets of codes, passwords of people who do not exist.
PUBLIC_WORDS := ABCDEFGH|^password$$|^wrong$$|^a long enough password$$|^made-up-password|^yangguang-demo-
SECRETS := $(BIN)/detect-secrets-hook --no-verify --disable-plugin HexHighEntropyString \
	--exclude-files '\.lock$$|^tests/classing/vectors/|^\.ci/production\.env$$' --exclude-secrets '$(PUBLIC_WORDS)'

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

setup: ## prepare this machine: .venv, Python packages, system libraries
	@config/setup.sh run

demo: setup ## start the whole portal with the sample district; Ctrl-C ends it (PORT=8000)
	@$(BIN)/python -m config.demo

demo-reset: setup ## forget the demo's data and start over
	@$(BIN)/python -m config.demo --reset

test: ## run every test against a real PostgreSQL, Redis and browser
	@config/setup.sh browser
	$(BIN)/python -m pytest $(TESTS)

lint: ## check style, packages, secrets, migrations, the production settings and docker-compose.yml
	@config/setup.sh dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m compileall -q catchments classing config districts enrollment tests manage.py
	$(BIN)/python -m pip check --disable-pip-version-check
	@if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then \
		echo detect-secrets; git ls-files -z | xargs -0 $(SECRETS); \
	else \
		echo "not a git working tree: no search for secrets"; \
	fi
	$(BIN)/python manage.py makemigrations --check --dry-run
	set -a; . .ci/production.env; $(BIN)/python manage.py check --deploy --fail-level WARNING
	@if command -v docker-compose >/dev/null; then \
		echo docker-compose config; docker-compose --env-file .ci/production.env config --quiet; \
	else \
		echo "docker-compose is not installed: docker-compose.yml is not checked"; \
	fi

lock: ## write down all that requirements.txt brings along, with hashes, and the list of what is shipped (docs/sbom.json)
	@config/setup.sh dev
	$(LOCK) requirements.txt --output-file config/requirements.lock
	$(LOCK) config/requirements-dev.txt --constraint config/requirements.lock --output-file config/requirements-dev.lock
	$(BIN)/uv venv --quiet --clear --no-python-downloads --python 3.11 var/shipped
	$(BIN)/uv pip sync --quiet --python var/shipped/bin/python --require-hashes config/requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file docs/sbom.json var/shipped/bin/python
	@rm -r var/shipped

bench-catchments: ## measure the catchment engine and its API: cases, characters read, lookups and requests a second
	@config/setup.sh dev
	$(BIN)/python -m tests.catchments.bench

bench-security: ## measure protection: the log, uploads, what answers tell of people, ten thousand calls of the API
	@config/setup.sh dev
	$(BIN)/python -m tests.districts.bench_audit
	$(BIN)/python -m tests.districts.bench_uploads
	$(BIN)/python -m tests.districts.bench_enumeration
	$(BIN)/python -m tests.catchments.bench_described

rehearsal: setup ## rehearse a whole season with made-up families (FAMILIES=1000 SEED=1)
	$(BIN)/python manage.py rehearse --families $(FAMILIES) --seed $(SEED) --out var/rehearsal
