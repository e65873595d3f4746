# make run    see Okta events as OTLP records, from a simulated org
# make test   run all tests
# make help   the rest

TOOL      := go tool -modfile=internal/tools/go.mod
COLLECTOR := _build/otelcol-okta
SIMULATOR := _build/oktasim
SOURCES   := $(shell find internal receiver -name '*.go' -not -name '*_test.go' -not -path 'internal/tools/*') go.mod go.sum

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: build ## build everything and show events of a simulated org as OTLP records, until Ctrl-C
	internal/tools/run.sh

.PHONY: build
build: ## build the distribution and the simulator into _build/
	@$(MAKE) --no-print-directory -j2 $(COLLECTOR) $(SIMULATOR)

$(COLLECTOR): builder-config.yaml $(SOURCES)
	$(TOOL) builder --config builder-config.yaml

# While ocb waits for its downloads, a good part of what it will compile is compiled already.
$(SIMULATOR): $(SOURCES)
	go build -trimpath -o $@ ./internal/cmd/oktasim
	go build -trimpath ./receiver/...

.PHONY: test
test: build ## run all tests, with the race detector; those of the built collector among them
	$(TOOL) gotestsum --format standard-quiet -- -race ./...

.PHONY: unit
unit: ## run the tests that need nothing built, without the race detector: within a minute
	go test $$(go list ./... | grep -v internal/e2e)

.PHONY: bench
bench: ## measure the conversion of a page, beside json.Valid and pdata alone, in a minute
	internal/tools/bench.sh

.PHONY: bench-e2e
bench-e2e: build ## measure CPU time and memory of the built collector, in about four minutes (Linux)
	go run ./internal/cmd/benche2e -collector $(COLLECTOR) -simulator $(SIMULATOR)

.PHONY: profile
profile: build ## leave CPU and heap profiles of a drain of 1,000,000 events in _build/profile (Linux)
	echo '{"Replace": {"$(CURDIR)/_build/profile.go": "$(CURDIR)/internal/cmd/benche2e/testdata/profile.go"}}' >_build/profile-overlay.json
	cd _build && go build -trimpath -ldflags='-s -w' -overlay profile-overlay.json -o otelcol-okta-profiled .
	go run ./internal/cmd/benche2e -collector _build/otelcol-okta-profiled -simulator $(SIMULATOR) -profile _build/profile
	@echo 'See them with: go tool pprof -top _build/profile/cpu.pprof'

.PHONY: generate
generate: ## write the code and documentation that metadata.yaml defines
	internal/tools/generate.sh

.PHONY: lint
lint: ## look for mistakes and bad style
	@# A cache of this checkout's own: a shared one answers with the paths of other checkouts.
	GOLANGCI_LINT_CACHE=$(CURDIR)/_build/lint $(TOOL) golangci-lint run ./...

.PHONY: clean
clean: ## remove what was built, and what make run keeps
	rm -rf _build
