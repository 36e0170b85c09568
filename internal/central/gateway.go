package central

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/relay"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/central/upstream"
)

// Upstream is the engine that a gate stands in front of.
type Upstream struct {
	engine.Config
	Over http.RoundTripper // the way to it; nil for the usual
	Wait time.Duration     // how long one answer of it may take; 20 seconds where zero
	// Changed says that the operator knows that the engine is at another address than before, or has fewer
	// types of records.
	Changed bool
}

// Seen is what an engine was seen to do.
type Seen = engine.Seen

// upstreamFile says that a folder is a gate's, before which engine, and what that was last seen
// to do.
const upstreamFile = "upstream.json"

// kept is what it holds.
type kept struct {
	engine.Config
	Seen  engine.Seen         `json:"seen"`
	Types map[string][]string `json:"types,omitempty"` // Seen's, which the line of readiness does not have
}

// pagesAtOnce are so many pages of an engine's, each up to 64 MiB, that are read beside one another:
// a slow one keeps nobody else waiting.
const pagesAtOnce = 16

// How long the engine has for all that one request of a desk's asks of it. A desk waits 15 seconds for a
// look-up or the leave to open, and 30 for the beginning of a page: it is told before that it is the
// engine that is slow, and does not take the gate for gone.
const (
	answersWithin = 12 * time.Second
	listsWithin   = 25 * time.Second
)

// gateway is a centre's engine, and what it is asked by.
type gateway struct {
	engine *engine.Engine
	store  *upstream.Store
	relay  *relay.Relay
}

// lists are the ends of the routes that give pages.
var lists = [...]string{"/$everything", "/$restricted", "/$present"}

// gatewayOf is the engine that a folder or the options name, nil for none.
func gatewayOf(ctx context.Context, o Options, st store.Store, answers *rest.Server, keys *registry.Keys, secret []byte) (*gateway, error) {
	const op = "upstream"
	path := filepath.Join(o.Dir, upstreamFile)
	had, err := readKept(path)
	if err != nil {
		return nil, err
	}
	if had == nil && o.Upstream == nil {
		return nil, nil
	}
	up := o.Upstream
	if up == nil {
		up = &Upstream{Config: had.Config}
	}
	up.URL = strings.TrimSuffix(up.URL, "/")
	token, err := tokenOf(up.Token)
	if err != nil {
		return nil, err
	}
	g := &gateway{}
	if g.engine, err = engine.New(up.Config, token, up.Over); err != nil {
		return nil, err
	}
	if up.Wait > 0 {
		g.engine.Wait(up.Wait)
	}
	counts := func(ctx context.Context, patient string) (map[ehrdesk.Kind]store.Tally, error) {
		return g.relay.Counts(ctx, patient)
	}
	key, err := accesslog.Key(secret)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if g.store, err = upstream.New(st, g.engine, keys, secret, key, counts); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	switch {
	case had == nil:
		err = withoutRecords(ctx, st)
	case had.URL != up.URL:
		err = g.moved(ctx, had.URL, up)
	}
	if err != nil {
		return nil, err
	}
	if o.Upstream != nil || o.Serves {
		if err := g.look(ctx, path, had, up, o.Now()); err != nil {
			return nil, err
		}
	} else {
		g.engine.Seen = had.Seen
	}
	answers.Makes(pagesAtOnce)
	g.relay = relay.New(answers, g.store, g.engine, func(r *http.Request) *http.Request { return r.WithContext(upstream.Alone(r.Context())) })
	return g, nil
}

// moved refuses another address than the folder's engine was at before, but where the operator says that it
// is the same engine and it has the consents that count here.
func (g *gateway) moved(ctx context.Context, from string, up *Upstream) error {
	const op = "upstream"
	if !up.Changed {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this folder is a gate's before %s, and not before %s: where the engine has moved there, start once with --upstream-changed", from, up.URL)
	}
	all, lacking, err := g.store.Lacking(ctx)
	switch {
	case err != nil:
		return refusal.InGo(op, err)
	case len(lacking) > 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "%s has not what this gate gave at %s: of %d consents that count here %d are not there, %s the first", up.URL, from, all, len(lacking), lacking[0])
	}
	return nil
}

// look finds out what the engine does now and keeps it. An engine that cannot be asked for a type of records any more is
// not believed: what is not there goes off the desks' copies.
func (g *gateway) look(ctx context.Context, path string, had *kept, up *Upstream, now time.Time) error {
	const op = "upstream"
	seen, err := g.engine.Probe(ctx, now)
	if err != nil {
		return refusal.InGo(op, err)
	}
	if had != nil && !up.Changed {
		if lost := seen.Lost(&had.Seen); lost != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the engine can be asked for %s no more: where that is meant, start once with --upstream-changed", strings.Join(lost, ", "))
		}
	}
	return writeKept(path, kept{up.Config, seen, seen.Types})
}

// withoutRecords refuses to make a gate of a centre that keeps people itself.
func withoutRecords(ctx context.Context, st store.Store) error {
	return st.Read(ctx, func(tx *store.Tx) error {
		if tx.Participants.Any() {
			return ehrdesk.Errorf("upstream", ehrdesk.CodeConflict, "this folder is that of a centre with participants of its own")
		}
		return nil
	})
}

func readKept(path string) (*kept, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var k kept
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil || k.URL == "" {
		return nil, ehrdesk.Errorf("upstream", ehrdesk.CodeTampered, "what says which engine this folder is a gate's before cannot be read")
	}
	k.Seen.Types = k.Types
	return &k, nil
}

func writeKept(path string, k kept) error {
	b, err := json.Marshal(k, jsontext.WithIndent("  "))
	if err == nil {
		err = os.WriteFile(path+".new", append(b, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return ehrdesk.Errorf("upstream", ehrdesk.CodeOther, "the state folder cannot be written")
	}
	return nil
}

// tokenOf is what a file holds, without the line's end; "" for no file.
func tokenOf(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	token := strings.TrimSpace(string(b))
	if err != nil || token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", ehrdesk.Errorf("upstream", ehrdesk.CodeInvalid, "the file with the engine's token cannot be read, or holds none")
	}
	return token, nil
}

// Participants calls each for every participant, or for the one whose eHR number is given, who is
// looked for at a gate's engine; that one comes with the Access Key. A list of all asks the engine
// for nothing: the consents in it are as the acts left them.
func (c *Centre) Participants(ctx context.Context, ehr string, each func(Participant) error) error {
	if c.before != nil && ehr == "" {
		ctx = upstream.Alone(ctx)
	}
	return c.Operator.Participants(ctx, ehr, each)
}

// PatientAct is the patient's own act in the eHealth App or by telephone. Behind a gate a withdrawal waits
// for no engine, and the engine has as long for all else as for what a desk asks.
func (c *Centre) PatientAct(ctx context.Context, ehr, hcp string, channel ehrdesk.Channel, revoke bool) (GivenConsent, error) {
	if c.before != nil {
		ctx = engine.Until(ctx, time.Now().Add(answersWithin))
		if revoke {
			ctx = upstream.Closing(ctx)
		}
	}
	return c.Operator.PatientAct(ctx, ehr, hcp, channel, revoke)
}

// Upstream is what the engine behind a gate was seen to do; ok is false of a centre that keeps
// its records.
func (c *Centre) Upstream() (seen Seen, ok bool) {
	if c.before == nil {
		return Seen{}, false
	}
	return c.before.engine.Seen, true
}

// Chain is one gate's log as the engine has it.
type Chain = upstream.Chain

// Chains follows the log of every gate before the engine, as that has them, and holds the own one
// against the store; nil of a centre that keeps its records.
func (c *Centre) Chains(ctx context.Context) ([]Chain, error) {
	if c.before == nil {
		return nil, nil
	}
	found, err := c.before.store.Chains(ctx)
	return found, refusal.InGo("audit", err)
}

// Lack is something that a gate does not do, and why.
type Lack struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// NotHere is what a gate does not do before its engine, nil of a centre that keeps its records.
func (c *Centre) NotHere() []Lack {
	seen, gate := c.Upstream()
	if !gate {
		return nil
	}
	out := []Lack{
		{"deposits", "what providers send is written where the records are kept"},
		{"searches and histories", "each would need its conditions proved anew before this engine; a desk asks for none"},
		{"identities verified here", "contact data are the engine's: who is on record there with a number is registered"},
	}
	if !seen.IfMatch {
		out = append(out, Lack{"gates that do not share a store", "the engine does not heed If-Match: a consent could be ended and renewed at once, and counters are kept in the store alone"})
	}
	if types := c.before.engine.Unasked(); types != nil {
		out = append(out, Lack{"records of " + strings.Join(types, ", "), "the engine has no search of them by patient, and no $everything"})
	}
	if !seen.Outcomes {
		out = append(out, Lack{"a proxy's 404 told from the engine's", "the engine says by nothing that a 404 is its own: one of a proxy's, while the engine starts again, counts as its word that a consent is not there"})
	}
	if !seen.Exact {
		out = append(out, Lack{"decimals as they were sent", "the engine shortens them before they come here: 1.10 is 1.1"})
	}
	return out
}

// InGo is err for a caller in Go: a refusal of the wire becomes an *ehrdesk.Error.
func InGo(op string, err error) error { return refusal.InGo(op, err) }

// request has what a request fetched from the engine at hand for all of it, and bounds how long that may
// take in all. Of a stream of events, which is no one request, neither.
func (g *gateway) request(h rest.Handler) rest.Handler {
	if g == nil {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
		if !strings.HasSuffix(r.Pattern, "/$events") {
			within := answersWithin
			if slices.ContainsFunc(lists[:], func(end string) bool { return strings.HasSuffix(r.Pattern, end) }) {
				within = listsWithin
			}
			r = r.WithContext(upstream.Request(engine.Until(r.Context(), time.Now().Add(within))))
		}
		if strings.HasSuffix(r.Pattern, "/$revoke-sharing-consent") || strings.HasSuffix(r.Pattern, "/$end-release") {
			r = r.WithContext(upstream.Closing(r.Context()))
		}
		return h(w, r, who)
	}
}

// partingWithin is how long a program that ends waits for the engine.
const partingWithin = 5 * time.Second

// parting tells the engine what waits; what it does not take waits on.
func (g *gateway) parting() {
	ctx, stop := context.WithTimeout(context.Background(), partingWithin)
	defer stop()
	_ = g.store.Tell(ctx)
}
