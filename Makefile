# Two commands: `make notebooks` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := help

ROOT := $(CURDIR)
# absolute VAR: the value of VAR as an absolute path (a relative one counts from the project's folder).
absolute = $(if $(filter /%,$(firstword $($(1)))),$($(1)),$(ROOT)/$($(1)))

export PATH := $(ROOT)/.tools/bin:$(ROOT)/.venv/bin:$(PATH)
export JUPYTER_DATA_DIR := $(ROOT)/.jupyter/data
export JUPYTER_CONFIG_DIR := $(ROOT)/.jupyter/config
export JUPYTER_RUNTIME_DIR := $(ROOT)/.jupyter/runtime
export IPYTHONDIR := $(ROOT)/.jupyter/ipython
export JUPYTER_PLATFORM_DIRS := 1
export GOMLX_BACKEND ?= xla:cpu
export GOMLX_NO_AUTO_INSTALL ?= 1
export PJRT_PLUGIN_LIBRARY_PATH ?= $(ROOT)/.tools/pjrt
export ISINGGRAPH_PROFILE ?= default
ifneq ($(strip $(ISINGGRAPH_DATA)),)
export ISINGGRAPH_DATA := $(call absolute,ISINGGRAPH_DATA)
endif

PORT ?= 8888
LABIP ?= 127.0.0.1
BENCH ?= Sampler|Learner|Mesh|Segmentation|Inverse/(leastsquares$$|gains|spai|sample|field|epoch/setting[12]-best)|Explain/(ig|random|saliency|pgexplainer|gnnexplainer$$)
PKG ?= ./...
FUZZTIME ?= 10s
DATA ?= all

BENCH_PYTHON ?= .bench/bin/python

.PHONY: help setup env notebooks test test-chroot lab bench bench-floors bench-first bench-scale bench-peers bench-gpu fuzz data strip lock clean distclean
help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 20
	@echo
	@echo "  ISINGGRAPH_PROFILE  fast (seconds a notebook), default (minutes in all) or paper (the paper's sizes)"
	@echo "  ISINGGRAPH_DATA     folder of the real data sets; without it, generated data"

setup: ## install everything into this folder (the other targets call it)
	@tools/setup.sh

env: ## print the environment of make's commands, for a shell to evaluate
	@printf 'export %s=%q\n' PATH "$$PATH" \
		GOMLX_BACKEND "$$GOMLX_BACKEND" GOMLX_NO_AUTO_INSTALL "$$GOMLX_NO_AUTO_INSTALL" PJRT_PLUGIN_LIBRARY_PATH "$$PJRT_PLUGIN_LIBRARY_PATH" \
		JUPYTER_DATA_DIR "$$JUPYTER_DATA_DIR" JUPYTER_CONFIG_DIR "$$JUPYTER_CONFIG_DIR" JUPYTER_RUNTIME_DIR "$$JUPYTER_RUNTIME_DIR" \
		IPYTHONDIR "$$IPYTHONDIR" JUPYTER_PLATFORM_DIRS 1

notebooks: setup ## run every notebook headless; figures and index.html in build/ (NOTEBOOKS=notebooks/00_sampling.ipynb)
	@python tools/runnb.py --out build $(NOTEBOOKS)

test-chroot: ## follow the README in a fresh Debian tree, as root (needs debootstrap); log in build/chroot.log
	@tools/chroot.sh

test: setup ## format, vet, staticcheck, Go tests, race detector, every notebook in the fast profile
	@tools/test.sh

test-browser: setup ## run the notebooks in JupyterLab in Chromium, where there is one; screenshots in build/screenshots
	@python tools/browser.py $(BROWSERFLAGS)

gallery: setup ## gather the figures of the executed notebooks in build/ on the page docs/gallery
	@go run ./tools/gallery -build build -out docs/gallery

lab: setup ## open JupyterLab on notebooks/ (PORT=8888)
	@if jupyter lab --version >/dev/null 2>&1; then \
		exec jupyter lab --ServerApp.ip=$(LABIP) --ServerApp.port=$(PORT) --ServerApp.root_dir="$(ROOT)/notebooks" \
			--LabApp.default_url=/lab/tree/README.md --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
			$$([ "$$(id -u)" != 0 ] || echo --allow-root) $(LABFLAGS); \
	else \
		exec jupyter notebook --ip=$(LABIP) --port=$(PORT) --notebook-dir="$(ROOT)/notebooks" \
			$$([ "$$(id -u)" != 0 ] || echo --allow-root) $(LABFLAGS); \
	fi

bench: setup ## run the benchmarks and print what changed since the last recorded run (BENCH=Sampler PKG=./pkg/isinggraph; RECORD=1)
	@mkdir -p build && go build -o build/bench ./bench
	@set -o pipefail; go test $(if $(filter ./...,$(PKG)),./pkg/isinggraph ./pkg/tasks/...,$(PKG)) -p 1 -run '^$$' -bench '$(BENCH)' -benchtime 0.3s $(BENCHFLAGS) | tee build/bench.txt
	@build/bench compare docs/results/bench.txt build/bench.txt
	@build/bench floors build/bench.txt docs/results/peers.json
	@[ -z "$(RECORD)" ] || cp build/bench.txt docs/results/bench.txt

bench-floors: ## spin updates beside the floors over the peers' recorded rates, half a minute; prints, fails nothing
	@mkdir -p build && go build -o build/bench ./bench
	@go test ./pkg/isinggraph -run '^$$' -bench 'Sampler/(grid512|rr3$$|rr3_32|mesh16|batch64)' -benchtime 0.3s > build/floors.txt
	@build/bench floors build/floors.txt docs/results/peers.json

bench-first: setup ## the first steps of every application's training, compilation included, each in a process of its own
	@mkdir -p build && go build -o build/bench ./bench
	@build/bench first

bench-scale: setup ## measure colouring and sampling of 10^4 to 10^7 nodes (SCALEFLAGS="-sizes 1e4,1e5")
	@mkdir -p build && go build -o build/bench ./bench
	@build/bench scale -out docs/results/scale.json -figure docs/figures/performance-scale.png -doc docs/performance.md $(SCALEFLAGS)

bench-peers: setup .bench/done ## compare with JAX, THRML, dwave-samplers, openjij and mcising
	@go build -o build/bench ./bench
	@.bench/bin/python bench/peers.py --bench build/bench --out docs/results/peers.json $(BENCHFLAGS)
	@build/bench peers

bench-gpu: setup ## on a GPU, beside JAX: GOMLX_BACKEND=xla:cuda BENCH_PYTHON=(one with jax[cuda]) make bench-gpu
	@go build -o build/bench ./bench
	@$(BENCH_PYTHON) bench/peers.py --gpu --bench build/bench --out docs/results/gpu.json $(BENCHFLAGS)
	@build/bench first
	@go test ./pkg/isinggraph -run '^$$' -bench Learner

.bench/done: bench/requirements.lock
	@python3 -m venv --clear .bench
	@.bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

lint-deploy: .lint/done ## check the files of deploy/: shellcheck, yamllint, Kubernetes' schemas
	@.lint/bin/shellcheck deploy/*.sh
	@.lint/bin/yamllint --strict -c deploy/yamllint.yaml deploy
	@.lint/bin/kubernetes-validate --strict -k 1.31 deploy/kubernetes.yaml

.lint/done: deploy/requirements.txt
	@python3 -m venv --clear .lint
	@.lint/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

fuzz: setup ## fuzz each reader (FUZZTIME=10s PKG=./data/...)
	@set -e; for p in $$(go list $(PKG)); do \
		for f in $$(go test "$$p" -list '^Fuzz' | grep '^Fuzz' || true); do \
			echo "== $$p $$f"; go test "$$p" -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; \
		done; \
	done

data: ## fetch data sets into ISINGGRAPH_DATA, else .data (DATA="gset mesh_psb")
	@go run ./cmd/isinggraph data fetch $(DATA)

strip: ## clear the notebooks' outputs, as they are committed
	@python3 tools/checknb.py --strip

lock: ## resolve requirements.in and docker/cuda.in into their lock files (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.10 requirements.in --output-file requirements.lock
	uv pip compile --python-platform x86_64-manylinux_2_28 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.10 docker/cuda.in --output-file docker/cuda.lock

clean: ## remove what the notebooks and the tests made
	rm -rf build .jupyter/log/* notebooks/.gonb_cache notebooks/.ipynb_checkpoints

distclean: clean ## remove also what set-up installed
	rm -rf .tools .venv .jupyter .bench .lint
