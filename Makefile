# Everything a newcomer or CI runs. `make` alone lists it.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help browser sarif demo demo-portfolio test lab lab-test faults syndicate bench image-check check format scan docs new-check lock nmap pango clean

help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(READY): requirements/dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install python3 and python3-venv."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is needed: apt-get install python3-venv"; exit 2; }
	@echo "Installing the locked dependencies into $(VENV)…"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

nmap:
	@sh tools/install_nmap.sh

pango:
	@sh tools/install_pango.sh

browser: $(READY) ## Chromium and axe-core, with which the tests look at the documents (about 300 MB)
	@sh tools/install_browser.sh $(VENV)/share/axe

demo: $(READY) nmap pango ## start the embedded towns, scan them all, write the reports under out/
	@$(BIN)/python -m tests.lab demo --out out

demo-portfolio: $(READY) nmap pango ## the same as members of a syndicate: register, campaign, portfolio, by the commands of LISEZMOI
	@$(BIN)/python -m tests.lab portfolio --out out

test: $(READY) nmap pango ## run the tests (embedded towns, no network)
	@$(BIN)/python -m pytest

sarif: $(READY) ## the schema of SARIF, against which the tests hold ours (45 MB fetched, 0.1 MB kept)
	@sh tools/install_sarif.sh $(VENV)/share/sarif

lab: $(READY) ## start the laboratory of real towns (root, Debian) until Ctrl-C
	@$(BIN)/python -m tests.lab.real up

lab-test: $(READY) ## scan the real towns and hold every finding against their declared truth (root, Debian)
	@$(BIN)/python -m tests.lab.real test

faults: $(READY) ## mails to 300 authorities, and campaigns by both runners, under faults: two tables (root, Debian)
	@$(BIN)/python -m tests.faults all

syndicate: $(READY) ## a syndicate's first two months: 500 real towns, a register, letters by a real Postfix (root, Debian)
	@$(BIN)/python -m tests.lab.real.syndicate

bench: $(READY) ## Beffroi beside its peers on the real towns, then alone on many; writes docs/bench.md (root, Debian)
	@$(BIN)/python -m tests.lab.real.bench

image-check: $(READY) ## build the Dockerfile without an engine and scan a town from inside it (root, Debian)
	@$(BIN)/python -m tests.lab.image

check: $(READY) ## formatting, lint, types, imports: exactly what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scanner.report.check_pages --check docs/checks

format: $(READY) ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

scan: $(READY) ## make scan DOMAIN=mairie-exemple.fr
	@$(BIN)/beffroi scan $(DOMAIN)

docs: $(READY) ## write the generated page of each check under docs/checks/
	$(BIN)/python -m scanner.report.check_pages docs/checks

new-check: $(READY) ## make new-check FAMILY=web NAME=demo: a working skeleton, its texts and its test
	@$(BIN)/python tools/new_check.py $(FAMILY) $(NAME)

lock: $(READY) ## renew requirements/*.lock from pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o requirements/run.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra dev -o requirements/dev.lock pyproject.toml

clean: ## remove what the other targets made
	rm -rf $(VENV) out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
