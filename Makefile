# make run    see what happens in a simulated Okta org, one line an event
# make demo   look at it in a browser
# make test   run all tests
# make help   the rest

TOOL      := go tool -modfile=internal/tools/go.mod
COLLECTOR := _build/otelcol-okta
PROGRAM   := _build/okta-systemlog
LOCK      := internal/tools/distribution/lock
VICTORIA  := _build/victoria-logs
DEMO      := _build/okta-demo
KAFKA     := _build/kafka
APISERVER := _build/kube-apiserver
ETCD      := _build/etcd
KUBECTL   := _build/kubectl
REDIS     := _build/otelcol-okta-redis
NEWEST    := _build/otelcol-okta-newest
OLDEST    := _build/otelcol-okta-oldest
IMAGE     := _build/image/otelcol-okta.tar
RELEASER  := _build/goreleaser
SYFT      := _build/syft
ACTIONLINT := _build/actionlint
FUZZTIME  ?= 1m
VERSION   := $(shell sed -nE 's/^  version: //p' builder-config.yaml)
MODULE    := github.com/otel-okta/okta-systemlog-receiver
SOURCES   := $(shell find internal receiver -name '*.go' -not -name '*_test.go' -not -path 'internal/tools/*') go.mod go.sum

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-20s %s\n", $$1, $$2}'

.PHONY: run
run: build ## build everything and show the events of a simulated org, until Ctrl-C; RAW=1 shows whole records
	@internal/tools/run.sh

.PHONY: demo
demo: build $(VICTORIA) $(DEMO) ## show in a browser whose account was taken over in a simulated org, until Ctrl-C
	@internal/tools/demo.sh

.PHONY: build
build: ## build the distribution and the program around it, okta-systemlog, into _build/
	@$(MAKE) --no-print-directory -j2 $(COLLECTOR) $(PROGRAM)

.PHONY: sources
sources: _build/version.go ## write the source of the distribution into _build/

_build/version.go: builder-config.yaml $(LOCK).mod $(LOCK).sum $(wildcard internal/tools/distribution/*)
	internal/tools/distribution/sources.sh

$(COLLECTOR): _build/version.go $(SOURCES)
	CGO_ENABLED=0 go build -C _build -mod=readonly -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o $(notdir $@) . || \
		{ echo 'If the modules have changed: make lock'; exit 1; }

.PHONY: lock
lock: ## write down the modules of the distribution, after a change of builder-config.yaml or go.mod
	$(TOOL) builder --config builder-config.yaml --skip-compilation
	go mod edit -go=1.26.0 _build/go.mod
	cd _build && go mod tidy
	cp _build/go.mod $(LOCK).mod
	cp _build/go.sum $(LOCK).sum
	cd internal/tools/redis && go mod tidy
	cd internal/tools/compat && go mod tidy && go mod tidy -modfile=oldest.mod

.PHONY: reproducible
reproducible: ## build the distribution in two folders, which must come out identical
	internal/tools/reproducible.sh

.PHONY: licenses
licenses: _build/licenses.txt ## check the licences of all modules of the distribution, and collect their texts in _build/licenses

_build/licenses.txt: _build/version.go go.mod internal/tools/licenses.sh internal/tools/licenses/go.mod
	internal/tools/licenses.sh >$@ || { cat $@; rm $@; exit 1; }
	@cat $@

_build/licenses: $(LOCK).mod
	@$(MAKE) --no-print-directory licenses

PLATFORMS ?= linux/amd64 linux/arm64

.PHONY: image
image: build _build/licenses ## make the container image for PLATFORMS, linux/amd64 and linux/arm64 unless set, as the OCI archive _build/image/otelcol-okta.tar
	internal/tools/image.sh $(IMAGE) $(PLATFORMS)

# While modules of the distribution are downloaded, a good part of what it is made of is compiled already.
$(PROGRAM): builder-config.yaml $(SOURCES)
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w -X $(MODULE)/internal/cli/version.given=$(VERSION)' -o $@ ./internal/cmd/okta-systemlog
	go build -trimpath ./receiver/...

$(VICTORIA): internal/tools/victorialogs/go.mod internal/tools/victorialogs/go.sum
	CGO_ENABLED=0 go build -C internal/tools/victorialogs -trimpath -o $(CURDIR)/$@ github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-logs

$(DEMO): $(wildcard internal/cmd/demo/*.go internal/cmd/demo/page/*)
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o $@ ./internal/cmd/demo

$(APISERVER): internal/tools/kubernetes/go.mod internal/tools/kubernetes/go.sum
	CGO_ENABLED=0 go build -C internal/tools/kubernetes -trimpath -o $(CURDIR)/$@ k8s.io/kubernetes/cmd/kube-apiserver

$(ETCD): internal/tools/kubernetes/go.mod internal/tools/kubernetes/go.sum
	CGO_ENABLED=0 go build -C internal/tools/kubernetes -trimpath -o $(CURDIR)/$@ go.etcd.io/etcd/server/v3

$(KUBECTL): internal/tools/kubernetes/go.mod internal/tools/kubernetes/go.sum
	CGO_ENABLED=0 go build -C internal/tools/kubernetes -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ k8s.io/kubernetes/cmd/kubectl

$(REDIS): $(wildcard internal/tools/redis/*) $(SOURCES)
	CGO_ENABLED=0 go build -C internal/tools/redis -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ .

$(NEWEST): $(wildcard internal/tools/compat/*) $(SOURCES)
	CGO_ENABLED=0 go build -C internal/tools/compat -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ .

$(OLDEST): $(wildcard internal/tools/compat/*) $(SOURCES)
	CGO_ENABLED=0 go build -C internal/tools/compat -modfile=oldest.mod -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ .

$(KAFKA): $(wildcard internal/tools/kafka/*)
	go build -C internal/tools/kafka -trimpath -o $(CURDIR)/$@ .

$(RELEASER): internal/tools/release/go.mod internal/tools/release/go.sum
	CGO_ENABLED=0 go build -C internal/tools/release -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ github.com/goreleaser/goreleaser/v2

$(ACTIONLINT): internal/tools/release/go.mod internal/tools/release/go.sum
	CGO_ENABLED=0 go build -C internal/tools/release -trimpath -o $(CURDIR)/$@ github.com/rhysd/actionlint/cmd/actionlint

$(SYFT): internal/tools/sbom/go.mod internal/tools/sbom/go.sum
	CGO_ENABLED=0 go build -C internal/tools/sbom -trimpath -ldflags='-s -w' -o $(CURDIR)/$@ github.com/anchore/syft/cmd/syft

# goreleaser finds syft in PATH. It asks git as well, but knows no commit where a clone has no remote.
RELEASE = PATH="$(CURDIR)/_build:$$PATH" NEXT_VERSION=$(VERSION:-dev=) COMMIT=$(shell git rev-parse --short HEAD) \
	COMMIT_TIME=$(shell git log -1 --format=%ct) COMMIT_DATE=$(shell TZ=UTC git log -1 --date=format-local:%FT%TZ --format=%cd) \
	$(RELEASER) release --clean --release-notes=_build/release/notes.md

.PHONY: release-snapshot
release-snapshot: $(RELEASER) $(SYFT) ## make what a release consists of, for all systems, in _build/dist
	$(RELEASE) --snapshot --skip=sign
	cp _build/release/notes.md _build/dist

.PHONY: packages
packages: $(RELEASER) ## make the archive and the packages for linux/amd64 alone, in _build/dist
	LINUX_AMD64_ONLY=true $(RELEASE) --snapshot --skip=sign,sbom

.PHONY: test-deb
test-deb: build ## install, start, upgrade and purge the Debian package in a Debian, as root
	internal/tools/release/deb.sh
	internal/tools/debian.sh
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -tags=packages -timeout=15m -run='TestPackage(Deb|Unit)' ./internal/e2e

# Root may change to another root directory, which the tests do.
.PHONY: test-packages
test-packages: build packages ## install, start, upgrade and purge the package in a Debian, and follow the installation page, as root
	internal/tools/debian.sh
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -tags=packages -timeout=15m -run=TestPackage ./internal/e2e

# In the pipeline of .github/workflows/release.yaml, at a tag: it signs, and publishes a draft.
.PHONY: release
release: $(RELEASER) $(SYFT)
	$(RELEASE)

.PHONY: check
check: ## check the connection of every receiver in a collector configuration: make check CONFIG=config.yaml
	@go run ./internal/cmd/okta-systemlog check --config '$(or $(CONFIG),$(error name the configuration: make check CONFIG=config.yaml))'

# The race detector needs cgo, which go turns off where it finds no C compiler.
PACKAGES ?= ./...

.PHONY: test
test: build ## run all tests, or those of PACKAGES, with the race detector where there is a C compiler
	@race=-race; \
	if [ "$$(go env CGO_ENABLED)" != 1 ]; then race=; echo 'Without the race detector: no C compiler found, or CGO_ENABLED=0.'; fi; \
	$(TOOL) gotestsum --format standard-quiet -- $$race -timeout=20m $(PACKAGES)

.PHONY: e2e
e2e: build ## kill the built collector, cut it off and starve it of disk, in about seven minutes; make test does so more briefly
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -timeout=20m ./internal/e2e -kills=14

.PHONY: e2e-backends
e2e-backends: build $(VICTORIA) $(DEMO) $(KAFKA) ## run each example against VictoriaLogs, Kafka and a second Collector, and the demo in a browser, in under four minutes
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -tags=backends -timeout=15m -run=TestBackend ./internal/e2e

.PHONY: compat
compat: $(NEWEST) $(OLDEST) ## run the contract against the newest and the oldest Collector, and have each resume the other's position: 90 seconds
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -tags=compat -timeout=15m -run=TestCompat ./internal/e2e -kills=6

# As root, which runc must be to give the programs a root file system that is read-only, and a user of their own.
.PHONY: e2e-image
e2e-image: PLATFORMS := linux/$(shell go env GOHOSTARCH)
e2e-image: image ## run the container image of this machine's architecture with runc, as a container runtime does (Linux, as root)
	$(TOOL) gotestsum --format standard-verbose -- -count=1 -tags=image -timeout=10m -run=TestImage ./internal/e2e

.PHONY: unit
unit: ## run the tests that need nothing built, or those of PACKAGES, without the race detector: in a minute or two
	go test $$(go list $(PACKAGES) | grep -v internal/e2e)

.PHONY: setup-faults
setup-faults: ## make each request of setup, rotate and teardown meet each fault: two minutes
	go test ./internal/cli/setup -run 'TestEachFault|TestEnded' -whole

REPLICAS := build $(APISERVER) $(ETCD) $(KUBECTL) $(REDIS)

.PHONY: e2e-kubernetes
e2e-kubernetes: $(REPLICAS) ## run replicas through all their troubles, with a real Kubernetes API server and Redis, and print a table: 20 minutes
	internal/tools/replicas.sh -whole

.PHONY: e2e-kubernetes-brief
e2e-kubernetes-brief: $(REPLICAS) ## the same with three fail-overs of each kind, in six minutes; building the API server takes as long, once
	internal/tools/replicas.sh

.PHONY: fuzz
fuzz: ## look for input that breaks a parser; FUZZTIME, 1m unless set, for each of the targets
	FUZZTIME=$(FUZZTIME) internal/tools/fuzz.sh

SEEDS ?= 20000

.PHONY: soak
soak: ## run SEEDS=20000 simulated histories of the receiver, or as many as are wanted
	go test ./internal/simulation -run TestHistories -v -timeout 0 -seeds $(SEEDS)

.PHONY: bench
bench: ## measure the conversion of a page, beside json.Valid and pdata alone, in a minute
	internal/tools/bench.sh

.PHONY: bench-e2e
bench-e2e: build ## measure CPU time, memory, start and event hooks of the built collector, in about eight minutes (Linux)
	go run ./internal/cmd/benche2e -collector $(COLLECTOR) -simulator $(PROGRAM)

ORGS ?= 500

.PHONY: bench-orgs
bench-orgs: build ## measure the built collector with 1, 50 and ORGS=500 orgs of a CSV file, in about eight minutes (Linux)
	go run ./internal/cmd/benche2e -collector $(COLLECTOR) -simulator $(PROGRAM) -orgs $(ORGS)

.PHONY: profile
profile: build ## leave CPU and heap profiles of a drain of 1,000,000 events in _build/profile (Linux)
	echo '{"Replace": {"$(CURDIR)/_build/profile.go": "$(CURDIR)/internal/cmd/benche2e/testdata/profile.go"}}' >_build/profile-overlay.json
	cd _build && go build -trimpath -ldflags='-s -w' -overlay profile-overlay.json -o otelcol-okta-profiled .
	go run ./internal/cmd/benche2e -collector _build/otelcol-okta-profiled -simulator $(PROGRAM) -profile _build/profile
	@echo 'See them with: go tool pprof -top _build/profile/cpu.pprof'

# make backtest EVENTS=testdata/backtest/recorded.ndjson LIST=yes
# make backtest START=-720h          asks the configuration's org, or ORG=https://acme.okta.com, with OKTA_API_TOKEN
.PHONY: backtest
backtest: CONFIG ?= examples/detections.yaml
backtest: build ## count the matches of detections, by day: EVENTS=file or START=-24h, TO=-1h, LIST=yes, CONFIG=file
	$(PROGRAM) backtest --collector $(COLLECTOR) --config '$(CONFIG)' --events '$(EVENTS)' --org '$(ORG)' --start '$(START)' --to '$(TO)' \
		$(if $(LIST),--list)

.PHONY: generate
generate: ## write what metadata.yaml defines, the schema of the configuration, event categories and tables of attributes
	internal/tools/generate.sh

.PHONY: lint
lint: ## look for mistakes and bad style
	@internal/tools/comments.sh
	@# A cache of this checkout's own: a shared one answers with the paths of other checkouts.
	GOLANGCI_LINT_CACHE=$(CURDIR)/_build/lint $(TOOL) golangci-lint run --allow-parallel-runners ./...

# The distribution is left out: none of it is ours. Tests are vetted, which compiles them; a program is linked.
FOREIGN := linux/arm64 windows/amd64 darwin/arm64

.PHONY: cross
cross: ## vet and build our packages and their tests for linux/arm64, Windows and macOS: two minutes, once
	@set -e; export CGO_ENABLED=0; for platform in $(FOREIGN); do \
		echo "$$platform"; export GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		go vet ./...; go build ./...; \
	done

.PHONY: lint-workflows
lint-workflows: $(ACTIONLINT) ## look for mistakes in the workflows, which run at GitHub only
	$(ACTIONLINT) -pyflakes=

.PHONY: clean
clean: ## remove what was built, and what make run keeps
	rm -rf _build
