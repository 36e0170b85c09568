# make demo and make test are the two commands a newcomer needs; both bring what they use.
GO      ?= go
BIN     := bin
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
# On Linux cards are read through libpcsclite where its headers and a C compiler are at hand, else by our own client of pcscd.
CC_HERE := $(shell [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v $$($(GO) env CC) >/dev/null && echo yes)
TAGS    := $(if $(CC_HERE),$(shell [ "$$($(GO) env GOOS)" = linux ] && pkg-config --exists libpcsclite 2>/dev/null && echo libpcsclite))
export GOFLAGS := -mod=readonly $(if $(TAGS),-tags=$(TAGS))
RACE     := $(if $(CC_HERE),-race)
FUZZTIME ?= 200000x
PEERFLAGS ?= -patients 200 -rounds 60
# What takes a pcscd: a package of its own, as a machine has one.
SCENARIOS := cardreader/internal/scenarios

.PHONY: demo build test checks cards race lint bench bench-peers fuzz e2e tidy-check clean help

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: build ## the workstation against an embedded centre and a synthetic territory
	@$(BIN)/ehrdesk demo $(DEMOFLAGS)

build: ## both programs into bin/
	@mkdir -p $(BIN)
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/...

test: ## everything that needs no terminal of its own; as root with apt-get it installs what the cards take
	@GO='$(GO)' .ci/packages cards
	@$(MAKE) --no-print-directory checks

# apart from test, as TAGS follow from what is installed
checks:
	$(GO) vet ./...
	$(GO) test $$($(GO) list ./... | grep -v '/$(SCENARIOS)$$')
	@$(MAKE) --no-print-directory cards

race: ## every test under the race detector (needs a C compiler)
	$(GO) test -race ./...

cards: ## readers and cards against a real pcscd, through each backend that can be built here
	@if [ "$$($(GO) env GOOS)" != linux ]; then echo "SKIP cards against a real pcscd: only on Linux"; exit; fi; \
	log=$$(mktemp) && trap 'rm -f "$$log"' EXIT && echo $(GO) test $(RACE) ./$(SCENARIOS) && \
	{ $(GO) test -count=1 -v $(RACE) ./$(SCENARIOS) >"$$log" 2>&1 || { cat "$$log"; exit 1; }; } && \
	{ grep '^SKIP' "$$log" || [ -n '$(TAGS)' ] || \
	  echo "SKIP cards through libpcsclite$(if $(RACE),, and under the race detector): no C compiler, pkg-config or libpcsclite-dev"; } && \
	grep '^ok' "$$log"

lint: ## gofmt, go vet, and golangci-lint where it is installed
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else echo "SKIP golangci-lint: not installed"; fi

bench: ## the benchmarks of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: ## the store against others, those that can be built here; some minutes
	cd cache/peers && $(GO) run ./drive $(PEERFLAGS)

fuzz: ## each fuzz target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

e2e: build ## the whole job in a real terminal, and the records other systems produced
	@.ci/e2e

tidy-check: ## go.mod says what the code imports
	GOFLAGS=-mod=mod $(GO) mod tidy -diff

clean: ## what make made
	rm -rf $(BIN)
