# `make` lists what there is. Everything runs from a fresh clone: set-up is part of each job.

torch := $(CURDIR)/.libtorch
export PKG_CONFIG_PATH := $(torch)/pkgconfig:$(PKG_CONFIG_PATH)
# Test bundles lie under .build/, where the run path of `focal` itself does not reach; SwiftPM drops rpath flags of a .pc file.
runpath := -Xlinker -rpath -Xlinker "$(torch)/lib"
strict := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
format_files := Package.swift Sources Tests

.PHONY: help setup build demo test test-slow test-no-torch test-release format lint docs bench golden clean

help: ## list the jobs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## check Swift, install the system libraries, bring LibTorch into .libtorch/
	@Scripts/setup

build: setup ## build .build/release/focal and focal-engine beside it
	@Scripts/timed "build" swift build -c release

demo: build ## render sample pictures, train on them, write demo/report.html
	@Scripts/timed "demo" .build/release/focal demo --out demo

test: setup lint ## lint, build with warnings as errors, run all tests
	Scripts/build-strictly --build-tests $(strict) $(runpath)
	swift test --skip-build $(strict) $(runpath)

test-slow: setup lint ## all tests, the slow ones too: more kills, more damages
	Scripts/build-strictly --build-tests $(strict) $(runpath)
	FOCAL_SLOW_TESTS=1 swift test --skip-build $(strict) $(runpath)

test-no-torch: ## the half that needs no LibTorch, alone
	FOCAL_TORCH=0 Scripts/setup
	FOCAL_TORCH=0 swift test --scratch-path .build/no-torch $(strict)

test-release: ## the same half as the optimiser leaves it
	FOCAL_TORCH=0 Scripts/setup
	FOCAL_TORCH=0 swift test -c release -Xswiftc -enable-testing --scratch-path .build/release-tests

format: ## rewrite the sources in the project's format
	swift format --in-place --recursive --parallel --configuration .swift-format $(format_files)

lint: ## check the format
	swift format lint --strict --recursive --parallel --configuration .swift-format $(format_files)

docs: setup ## build the documentation of the library modules in .build/docs/, warnings are errors
	@Scripts/timed "docs" Scripts/docs

bench: build ## time the loss against the machine's own limit
	@.build/release/focal bench loss

golden: setup ## make the golden files again, each by the script beside it (needs Python)
	@for script in Scripts/golden/*.py; do echo "$$script"; python3 "$$script"; done

clean: ## remove what was built
	rm -rf .build demo
