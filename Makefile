# 阳光入学 · Sunshine Enrolment. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint bench-catchments bench-security rehearsal

export PYTHONUTF8 := 1
PYTHON ?= python3
export PYTHON
BIN := .venv/bin
# What `make test` runs: `make test TESTS="tests/classing -k seed"`.
TESTS ?=
FAMILIES ?= 1000
SEED ?= 1

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

lint: ## check style, migrations, the production settings and docker-compose.yml
	@config/setup.sh dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python manage.py makemigrations --check --dry-run
	set -a; . .ci/production.env; $(BIN)/python manage.py check --deploy --fail-level WARNING
	@if command -v docker-compose >/dev/null; then \
		echo docker-compose config; docker-compose --env-file .ci/production.env config --quiet; \
	else \
		echo "docker-compose is not installed: docker-compose.yml is not checked"; \
	fi

bench-catchments: ## measure the catchment engine and its API: cases, characters read, lookups and requests a second
	@config/setup.sh dev
	$(BIN)/python -m tests.catchments.bench

bench-security: ## measure what protection costs: the log's lines a second, reading uploads apart, keeping them encrypted
	@config/setup.sh dev
	$(BIN)/python -m tests.districts.bench_audit
	$(BIN)/python -m tests.districts.bench_uploads

rehearsal: setup ## rehearse a whole season with made-up families (FAMILIES=1000 SEED=1)
	$(BIN)/python manage.py rehearse --families $(FAMILIES) --seed $(SEED) --out var/rehearsal
