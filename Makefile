# Everything a person does with the project. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo soak sanitize torture test test-swift test-end-to-end browser calibration-study bench-honesty \
	bench-portfolio bench-policies bench bench-bounds bench-peers bench-gate lint format clean

BUILD := swift build -c release --explicit-target-dependency-import-check error
WEIR := .build/release/weir
VENV := .build/venv
KILLS := 200

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: ## Install the system libraries that are missing (apt, root)
	@Deploy/install-libraries.sh

build: setup ## Build the release executable
	@$(BUILD) --product weir

demo: build ## Play real ad clicks through the whole pipeline and print the calibration report
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	$(WEIR) run --config SampleStreams/ad-clicks/weir.yaml --replay SampleStreams/ad-clicks/events.csv.gz \
		--once --journal "$$work/demo.journal"

test: lint test-swift bench-gate test-end-to-end ## Run every test

test-swift: setup
	@$(BUILD) --build-tests
	@swift test -c release --disable-xctest --skip-build

SEEDS ?= 10000

soak: setup ## Simulate the pipeline under bad weather: SEEDS=10000 of them, or the one that SEED names
	@$(BUILD) --build-tests
	@WEIR_SIMULATION_SEEDS=$(SEEDS) $(if $(SEED),WEIR_SIMULATION_SEED=$(SEED)) \
		swift test -c release --disable-xctest --skip-build --filter PipelineSimulationTests

# In folders of their own: neither build can use what the other, or a plain one, has compiled. Leaks are not looked for:
# constants of tests live to the end of the process and are named as such.
sanitize: setup ## Run the Swift tests under ThreadSanitizer, then under AddressSanitizer (a quarter of an hour)
	@for kind in thread address; do \
		echo "== $$kind"; \
		$(BUILD) --scratch-path .build-$$kind --sanitize=$$kind --build-tests && \
		ASAN_OPTIONS=detect_leaks=0 swift test -c release --scratch-path .build-$$kind --sanitize=$$kind --disable-xctest --skip-build || exit 1; \
	done

$(VENV)/ready: Tests/EndToEnd/requirements.txt
	@Deploy/install-libraries.sh --with-python
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/EndToEnd/requirements.txt
	@touch $@

# Without a browser or a Prometheus the tests that need one are skipped, and say so.
browser:
	@Deploy/install-libraries.sh --with-browser || echo "no browser: tests of the page will be skipped" >&2

test-end-to-end: build $(VENV)/ready browser
	@$(BUILD) --product dashboard-stage
	@WEIR=$(CURDIR)/$(WEIR) $(VENV)/bin/python -m pytest -q Tests/EndToEnd

torture: build $(VENV)/ready ## Kill roles at random under load and count what was lost: KILLS=200 SEED=random
	@WEIR=$(CURDIR)/$(WEIR) $(VENV)/bin/python Tests/EndToEnd/torture.py --kills $(KILLS) $(if $(SEED),--seed $(SEED))

.build/study-venv/ready: Benchmarks/calibration-study/requirements.txt
	@Deploy/install-libraries.sh --with-python
	@python3 -m venv .build/study-venv
	@.build/study-venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

bench-honesty: build ## Measure whether served probabilities are true under every loss (five million payments; minutes)
	@python3 Benchmarks/honesty/run.py

bench-portfolio: build ## Measure the portfolio beside single rates; recorded streams with DATA=folder (minutes)
	@python3 Benchmarks/portfolio/run.py $(if $(DATA),--data $(DATA))

bench-policies: build ## Measure label policies on hotel bookings in DATA=folder
	@python3 Benchmarks/quality/policies.py --data $(DATA)

.build/peers-venv/ready: Benchmarks/peers/requirements.txt
	@Deploy/install-libraries.sh --with-python
	@python3 -m venv .build/peers-venv
	@.build/peers-venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

bench-bounds: ## Build the C programs that say how fast it could be
	@$(MAKE) --no-print-directory -C Benchmarks/bounds

bench: build bench-bounds ## Measure kernel, intake, state and pipeline beside their bounds (minutes)
	@echo "bench of $$(date -u +%F), $$(git rev-parse --short HEAD)"
	@python3 Benchmarks/performance/kernel.py
	@$(WEIR) bench intake
	@$(WEIR) bench state
	@python3 Benchmarks/performance/pipeline.py

# A minute: counts do not depend on what else the machine does.
bench-gate: build ## Hold instructions, allocations and memory against Benchmarks/Baselines (valgrind)
	@Deploy/install-libraries.sh --with-valgrind
	@$(MAKE) --no-print-directory -C Benchmarks/bounds ../../.build/bounds/count_allocations.so
	@python3 Benchmarks/performance/gate.py

bench-peers: build bench-bounds .build/peers-venv/ready ## The same beside Vowpal Wabbit, scikit-learn and River
	@echo "bench-peers of $$(date -u +%F), $$(git rev-parse --short HEAD)"
	@python3 Benchmarks/performance/kernel.py --peers
	@python3 Benchmarks/performance/pipeline.py --peers --repetitions 1
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; $(WEIR) bench intake --write-workload $$work/events.txt; \
	.build/peers-venv/bin/python Benchmarks/peers/intake.py $$work/events.txt

calibration-study: .build/study-venv/ready ## Simulate the drift detector's promises beside River's detectors (a quarter of an hour)
	@$(BUILD) --product calibration-study
	@echo "calibration-study of $$(date -u +%F), $$(git rev-parse --short HEAD)"
	@.build/release/calibration-study speed
	@.build/release/calibration-study false-alarms
	@.build/release/calibration-study delays
	@.build/release/calibration-study duplicates
	@.build/study-venv/bin/python Benchmarks/calibration-study/river_peers.py --study .build/release/calibration-study

lint: ## Check the format and the presence of documentation
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

format: ## Rewrite the sources in the project's format
	@swift format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

clean: ## Remove everything that was built
	@rm -rf .build
