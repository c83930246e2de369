# Two commands do all the set-up: `make up` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
NPM := npm --prefix frontend --no-update-notifier --loglevel=error

RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
MODULES := frontend/node_modules/.package-lock.json
PAGE := backend/feedback_atlas/server/page
DIST := $(PAGE)/index.html
PAGE_IN_WHEEL := feedback_atlas/server/page/index.html
NODE_NEEDED := $(shell sed -n 's/.*"node": "\(.*\)".*/\1/p' frontend/package.json)
# Whether Node is one of those.
NODE_FITS := const [major, minor] = process.versions.node.split(".").map(Number); \
	const fits = ([, sign, a, b]) => (major === +a && minor >= +b) || (sign === ">=" && major > +a); \
	const named = "$(NODE_NEEDED)".matchAll(/(\^|>=)(\d+)\.(\d+)/g); \
	process.exit([...named].some(fits) ? 0 : 1)
SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) frontend/index.html \
	frontend/vite.config.ts frontend/tsconfig.json frontend/package.json

.DEFAULT_GOAL := help
.PHONY: help up dev check test test-slow lint format bench audit build wheel openapi clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: $(RUNTIME) $(DIST) ## Install, build, migrate, start everything; Ctrl-C stops it
	@exec $(BIN)/atlas up

dev: $(RUNTIME) $(MODULES) ## As `up`, with the page rebuilt as its source changes
	@$(BIN)/atlas up & trap 'kill -INT %1; wait' EXIT; $(NPM) run dev

# A file at a time, whose tests share what it has set up, to two processes of one thread each: small
# tests on shared cores lose more to waiting for threads than they gain, and a third process fills the
# folders and starts the product once more. The page's own tests run meanwhile.
test: $(DEV) $(DIST) ## Run every test that needs no outside service, and those whose service is here
	@$(NPM) test & page=$$!; \
		OMP_NUM_THREADS=1 $(BIN)/pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder; \
		tested=$$?; wait $$page || { echo "Tests of the page failed; see above."; exit 1; }; \
		exit $$tested

# Browser tests wait more than they compute. What the checks say follows the tests, in one piece.
check: $(DEV) $(DIST) ## Lint and test side by side
	@$(MAKE) --no-print-directory lint > $(VENV)/lint.log 2>&1 & lint=$$!; \
		$(MAKE) --no-print-directory test; tested=$$?; \
		wait $$lint; linted=$$?; cat $(VENV)/lint.log; \
		test $$tested = 0 -a $$linted = 0

test-slow: $(DEV) $(DIST) ## Run the tests that take a minute or more
	$(BIN)/pytest -m slow

lint: $(DEV) $(MODULES) ## Check style, types, the API client, and the files of compose, CI and citation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(NPM) run lint
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff

format: $(DEV) ## Format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) $(DIST) ## Measure speed, as ratios in one run
	$(BIN)/python -m tests.benchmarks

audit: $(MODULES) ## Ask for known weaknesses of the pinned versions; needs the network
	test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit && \
		$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit; }
	$(VENV)/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip
	$(NPM) audit

build: $(DIST) ## Build the page

wheel: $(DEV) $(DIST) ## Build the page and one wheel that carries it, dist/*.whl
	rm -f dist/feedback_atlas-*.whl
	$(BIN)/python -m build --wheel --outdir dist .
	@$(BIN)/python -m zipfile -l dist/feedback_atlas-*.whl | grep -q '^$(PAGE_IN_WHEEL) ' || \
		{ rm dist/feedback_atlas-*.whl; echo "No page was built in $(PAGE), so there is no wheel."; exit 1; }

openapi: $(DEV) $(MODULES) ## Write the OpenAPI document and the browser's client anew
	$(BIN)/atlas openapi > frontend/openapi.json
	$(NPM) run api

clean: ## Remove what was installed and built; data stays
	rm -rf $(VENV) frontend/node_modules $(PAGE) dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older. Set PYTHON=/path/to/python3.11."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(RUNTIME)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(MODULES): frontend/package.json frontend/package-lock.json
	@node -e '$(NODE_FITS)' 2>/dev/null || { echo "The page's build needs Node $(NODE_NEEDED); here is" \
		"$$(node --version 2>/dev/null || echo none)."; exit 1; }
	$(NPM) ci
	@touch $@

$(DIST): $(MODULES) $(SOURCES)
	$(NPM) run build
	@touch -c $@
