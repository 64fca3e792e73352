# Every target prepares the machine first; scripts/bootstrap.sh does nothing when nothing is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Idle OpenMP threads that spin make small networks many times slower on busy machines.
export OMP_WAIT_POLICY ?= PASSIVE

SOURCES := $(wildcard Package.swift Sources Tests Benchmarks)

.PHONY: help bootstrap detect build demo test fuzz bench format lint docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Install what is missing: system libraries and LibTorch
	@scripts/bootstrap.sh

detect: ## Install dlib and make the face detector of --detect: .deps/detector
	@scripts/detect.sh

build: bootstrap ## Build the facet command, optimized
	swift build -c release --product facet

demo: bootstrap ## Render faces, train two networks, compare them: runs/demo
	swift run -c release facet demo --output runs/demo

test: bootstrap ## Build and run every test
	swift build --build-tests
	OMP_NUM_THREADS=1 swift test --skip-build --parallel

fuzz: bootstrap ## Feed every parser damaged files, a minute each
	swift run -c release facet-fuzz --executions 100000000 --seconds 60

bench: bootstrap ## Time training and inference against PyTorch, onnxruntime, Pillow, OpenCV: bench.json
	@scripts/bench.sh

format: bootstrap ## Rewrite the sources in the project's style
	swift format format --in-place --parallel --recursive $(SOURCES)

lint: bootstrap ## Fail where the sources are not in the project's style
	swift format lint --strict --parallel --recursive $(SOURCES)

docs: bootstrap ## Write the API documentation: .build/docs
	@scripts/docs.sh

clean: ## Delete build products; .deps and runs stay
	rm -rf .build Benchmarks/.build
