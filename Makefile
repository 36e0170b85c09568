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
# How long one package's tests may take, and all of make test in seconds, where there is a timeout(1). They are bounds for a busy machine:
# all of it should take six minutes on two free cores, and took 11 on two slow ones, all that was to be built included (30-Nov-2026).
TESTTIME ?= 20m
ALLTIME  ?= 2700
LONGTIME ?= 90m
bounded  = $(if $(shell command -v timeout),timeout -k 30 $(1))
TESTRUN  := $(BIN)/testrun
# How often make long does what make test does a sample of.
LONG     ?= EHRDESK_KILLS=1000 EHRDESK_WRITES=2000 EHRDESK_CUTS=1000 EHRDESK_CHANGES=10000 EHRDESK_FRAMES=1000000 EHRDESK_TMUX_FRAMES=10000 EHRDESK_STEPS=100000 EHRDESK_CROWD=300 EHRDESK_WALK=20000 EHRDESK_ARRIVALS=200 EHRDESK_LOOKS=2000 EHRDESK_DAYSTEPS=10000 EHRDESK_CASESTEPS=10000 EHRDESK_LOADDESKS=200 EHRDESK_LOADSECONDS=300 EHRDESK_LOADEVERY=30 EHRDESK_DAYLINES=5000 EHRDESK_TRAFFIC=600 EHRDESK_CLINICIANS=1000 EHRDESK_CHARTS=10000 EHRDESK_DRAWN=100000

.PHONY: demo build test checks cards hours long testrun race lint bench bench-peers accepted fuzz examples e2e sbom tidy-check clean help

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: build ## the workstation against an embedded centre and a synthetic territory
	@$(BIN)/ehrdesk demo $(DEMOFLAGS)

build: ## both programs into bin/
	@mkdir -p $(BIN)
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/...

test: ## everything that needs no terminal of its own, of long counts a sample; as root with apt-get it installs what the cards, PDFs and databases take
	@GO='$(GO)' .ci/packages cards documents database
	@$(MAKE) --no-print-directory checks

# apart from test, as TAGS follow from what is installed
checks:
	$(GO) vet ./...
	@$(MAKE) --no-print-directory testrun
	@GO='$(GO)' $(call bounded,$(ALLTIME)) $(TESTRUN) memory -short -timeout $(TESTTIME) $$($(GO) list ./... | grep -v '/$(SCENARIOS)$$') beside $(CARDS)

# what go test does not say: which tests were skipped, and why
testrun:
	@mkdir -p $(BIN)
	@$(GO) build -o $(BIN)/ ./internal/testrun

hours: ## the tests that have a clock, at the hours a day begins and ends, in Hong Kong and in UTC
	@GO='$(GO)' $(call bounded,$(ALLTIME)) $(GO) run ./internal/testhours -timeout $(TESTTIME)

long: testrun ## every test with its full count: a thousand kills, a thousand lines that break, ten thousand changes at each kind of server, a million frames, a hundred thousand keys, two hundred arrivals, a hundred desks for five minutes, a thousand clinicians for ten, ten thousand charts against the safety rules; an hour or so
	@GO='$(GO)' $(LONG) $(TESTRUN) -count=1 -timeout $(LONGTIME) $$($(GO) list ./... | grep -v '/$(SCENARIOS)$$') then $(CARDS)

race: ## every test under the race detector (needs a C compiler)
	$(GO) test -race -timeout $(LONGTIME) ./...

# On Linux only: the scenarios, never from the cache, and a word about a backend that cannot be built.
CARDS    := $(if $(filter linux,$(shell $(GO) env GOOS)),-count=1 -timeout $(TESTTIME) $(RACE) ./$(SCENARIOS) $(if $(TAGS),,\
  "SKIP cards through libpcsclite$(if $(RACE),, and under the race detector): no C compiler, pkg-config or libpcsclite-dev"),\
  "SKIP cards against a real pcscd: only on Linux")

cards: testrun ## readers and cards against a real pcscd, through each backend that can be built here
	@GO='$(GO)' $(TESTRUN) $(CARDS)

lint: ## gofmt, go vet, golangci-lint with staticcheck, govulncheck; the first time it fetches golangci-lint, some minutes
	@GO='$(GO)' .ci/lint

bench: ## the benchmarks of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: ## the store against others, those that can be built here; some minutes
	cd internal/bench/peers && $(GO) run ./drive $(PEERFLAGS)

accepted: ## what the centre accepts, every desk reads: looked for by fuzzing, for a minute
	$(GO) test -run '^$$' -fuzz '^FuzzAcceptedByTheCentreIsReadByTheDesk$$' -fuzztime 60s ./internal/central/records

fuzz: ## each fuzz target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

examples: ## the examples of FHIR R4 through the reader, where there is npm
	@GO='$(GO)' .ci/examples

e2e: build ## the whole job in a real terminal, and the records other systems produced
	@.ci/e2e

sbom: ## what the programs are made of: CycloneDX, and the licences of all modules, into bin/
	@GO='$(GO)' .ci/sbom

tidy-check: ## go.mod says what the code imports
	GOFLAGS=-mod=mod $(GO) mod tidy -diff

clean: ## what make made
	rm -rf $(BIN)
