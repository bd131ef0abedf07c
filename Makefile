# One command each; `make` alone lists them. A virtual environment is made and reused in .venv.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo password tour test check bench quality pictures openapi clean browser toxicity scaling

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
BENCH_PIP := .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell sed -n '/^torch==/p' requirements/toxicity.txt)
ifeq ($(shell uname),Darwin)
TORCH := $(subst +cpu,,$(TORCH))
endif

export DATA PORT

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/.ready toxicity ## run the whole site on sample data until Ctrl-C [DATA='path or glob'] [PORT=8000]
	@exec $(BIN)/python manage.py demo $${DATA:+--data "$$DATA"} $${PORT:+--port "$$PORT"}

tour: .venv/.ready toxicity ## go through the whole loop without a person, and count [DATA='path or glob']
	@exec $(BIN)/python -m demo.tour $${DATA:+"$$DATA"}

password: .venv/.ready ## give one of the demonstration's people a new password [NAME=alice]
	@exec $(BIN)/python manage.py demo_password $(or $(NAME),alice)

test: .venv/.ready toxicity scaling browser ## run all tests [ARGS='-k name']
	$(BIN)/python -m pytest $(ARGS)

check: .venv/.ready ## format, lint, types, layers, settings, migrations, API description
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	env ALLOWED_HOSTS=hayward.example.org CSRF_TRUSTED_ORIGINS=https://hayward.example.org \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check
	@new=$$(mktemp) && trap 'rm -f "$$new"' EXIT && \
		$(BIN)/python manage.py spectacular --validate --fail-on-warn --file "$$new" && \
		diff -u docs/openapi.yaml "$$new" || { echo "docs/openapi.yaml is not what the API does: make openapi"; exit 1; }

pictures: .venv/.ready browser ## draw the pictures of docs/images anew
	env HAYWARD_SCREENSHOTS=1 $(BIN)/python -m pytest --numprocesses=0 tests/web/test_browser.py -k pictures_for_the_documentation

openapi: .venv/.ready ## write docs/openapi.yaml anew
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

bench: .venv-bench/.ready ## measure speed and memory beside other tools [ARGS='--write']
	.venv-bench/bin/python -m benchmarks $(ARGS)

quality: .venv-bench/.ready ## count what is found and missed beside other tools [ARGS='--write']
	.venv-bench/bin/python -m benchmarks.quality $(ARGS)

clean: ## remove what these commands made, but not the data in .hayward
	rm -rf .venv .venv-bench staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	@if [ -d .hayward ]; then echo "Your data stay in .hayward; remove that folder yourself if you mean it."; fi

# --- what the commands need ---

MAY_INSTALL := command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
define apt_get
{ if [ "$$(id -u)" = 0 ]; then as=env; else as="sudo env"; fi; \
  $$as DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
  $$as DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }
endef
define make_venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Hayward needs Python 3.11 or newer; $(PYTHON) is older or missing. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
@$(PYTHON) -m venv $(1) >/dev/null || { $(MAY_INSTALL) && $(call apt_get,python3-venv) && $(PYTHON) -m venv $(1); } || \
	{ echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
endef

.venv/.ready: requirements/dev.txt requirements/images.txt pyproject.toml
	@echo "Installing Hayward and what it needs into .venv (about 900 MB, one to four minutes) …"
	$(call make_venv,.venv)
	@$(PIP) --requirement requirements/dev.txt
	@$(PIP) --no-deps --requirement requirements/images.txt
	@$(PIP) --no-deps --editable .
	@touch $@

toxicity: .venv/.toxicity

# Only torch comes from its own index, and only where the usual ones lack its CPU build.
.venv/.toxicity: requirements/toxicity.txt .venv/.ready
	@echo "Installing Detoxify with torch's CPU build (about 1 GB, one to five minutes) …"
	@if { $(PIP) --no-deps '$(TORCH)' 2>/dev/null || $(PIP) --no-deps --index-url '$(TORCH_INDEX)' '$(TORCH)'; } && \
		$(PIP) --requirement <(grep -v '^torch==' requirements/toxicity.txt); then touch $@; \
	elif [ -n "$$CI" ]; then exit 1; \
	else echo "Detoxify could not be installed (see above). The simpler toxicity model does its work, and tests of Detoxify are skipped."; fi

scaling: .venv/.scaling
	@if command -v java >/dev/null; then :; \
	elif $(MAY_INSTALL); then \
		echo "Installing Java for the tests under Spark (about 200 MB, a minute) …"; \
		$(call apt_get,default-jre-headless) || echo "Java could not be installed: tests under Spark will be skipped."; \
	else echo "No Java here (apt-get install default-jre-headless): tests under Spark will be skipped."; fi

.venv/.scaling: requirements/scaling.txt .venv/.ready
	@echo "Installing Spark and Ray for the tests of scale (about 700 MB, one to three minutes) …"
	@if $(PIP) --requirement requirements/scaling.txt; then touch $@; \
	elif [ -n "$$CI" ]; then exit 1; \
	else echo "Spark and Ray could not be installed (see above). Their tests are skipped."; fi

browser:
	@if [ -x "$${HAYWARD_CHROMIUM:-/usr/bin/chromium}" ]; then :; \
	elif $(MAY_INSTALL); then \
		echo "Installing Chromium for the browser tests (about 130 MB, a minute) …"; \
		$(call apt_get,chromium fonts-dejavu-core) || echo "Chromium could not be installed: browser tests will be skipped."; \
	else echo "No Chromium here (apt-get install chromium fonts-dejavu-core): browser tests will be skipped."; fi

.venv-bench/.ready: requirements/dev.txt requirements/images.txt requirements/toxicity.txt requirements/bench.txt
	@echo "Installing the tools to compare with into .venv-bench (about 2 GB, three to eight minutes) …"
	$(call make_venv,.venv-bench)
	@$(BENCH_PIP) -r requirements/dev.txt -r requirements/bench.txt
	@$(BENCH_PIP) --no-deps -r requirements/images.txt
	@$(BENCH_PIP) --no-deps '$(TORCH)' 2>/dev/null || $(BENCH_PIP) --no-deps --index-url '$(TORCH_INDEX)' '$(TORCH)'
	@$(BENCH_PIP) -r <(grep -v '^torch==' requirements/toxicity.txt)
	@touch $@
