# Everything a newcomer needs. `make` alone prints this list.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
SERVE ?= 1
RESET ?= 0
ONLY ?=
FOLDER ?= .cluster
PORT ?= 7400
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo cluster run test check fix bench docs lock

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything that `make demo` needs
	@$(PYTHON) tools/setup.py

demo: setup ## the whole road on demonstration data, then the site on 127.0.0.1:8000 (SERVE=0, RESET=1, LANG_UI=en)
	@$(BIN)/tanhui demo $(if $(filter 1,$(RESET)),--reset) $(if $(filter 0,$(SERVE)),--no-serve)

cluster: setup ## a registry and three members here: mirror, co-sign, power cut, forgeries (FOLDER=, PORT=, LANG_UI=en)
	@$(BIN)/tanhui cluster --folder $(FOLDER) --port $(PORT)

run: setup ## serve the site on 127.0.0.1:8000
	@$(BIN)/tanhui serve

test: ## all tests, real database and real browser included (ARGS="-k name" for some)
	@$(PYTHON) tools/setup.py --tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist loadfile $(ARGS)

check: setup ## style, types, import contracts, missing migrations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/tanhui manage makemigrations --check --dry-run

fix: setup ## mend what can be mended mechanically
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup ## measure; writes build/bench.json (ONLY=name for one entry)
	@$(BIN)/python -m tests.bench $(ONLY)

docs: ## take the pictures of the guides anew
	@$(PYTHON) tools/setup.py --tests
	@TANHUI_PICTURES=1 $(BIN)/pytest -q tests/browser/test_browser_season.py tests/browser/test_browser_pages.py -k "season or reviewer or guides"

lock: ## after changing dependencies
	@$(BIN)/uv lock
