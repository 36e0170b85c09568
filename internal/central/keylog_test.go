package central_test

import (
	"crypto/ecdsa"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// follower is a desk that follows the log of keys.
type follower struct {
	*desk
	log keylog.Log
	by  *ecdsa.PublicKey // the centre's
}

func newFollower(t *testing.T, d *desk) *follower {
	t.Helper()
	var keys jose.JSONWebKeySet
	res, err := http.Get(d.w.base + "/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&keys); err != nil {
		t.Fatal(err)
	}
	return &follower{desk: d, by: keys.Keys[0].Key.(*ecdsa.PublicKey)}
}

// follow asks for what is new, and what comes of it.
func (f *follower) follow() error {
	f.w.t.Helper()
	for more := true; more; {
		a := caseAnswerOf(f.w.t, f.want(200, "GET", fmt.Sprintf("/$key-log?since=%d", f.log.Len()), ""))
		for _, e := range a.all("entry") {
			if err := f.log.Follow(e.ValueString); err != nil {
				return err
			}
		}
		if more = a.get("more").ValueBoolean; more {
			continue
		}
		h, err := keylog.ReadHead(a.get("head").ValueString, f.by)
		if err != nil {
			return err
		}
		if err := f.log.Newest(h); err != nil {
			return err
		}
	}
	return nil
}

// served are the keys that the directory hands out now.
func (f *follower) served() (out []keylog.Served) {
	f.w.t.Helper()
	for _, kind := range []string{"Organization", "Practitioner"} {
		entries, _ := f.all("/" + kind + "?_count=500")
		for _, e := range entries {
			var r struct {
				Identifier []struct{ Value string }
				Extension  []struct {
					URL       string
					Extension []struct{ URL, ValueString, ValueInstant string }
				}
			}
			if err := json.Unmarshal([]byte(e), &r); err != nil {
				f.w.t.Fatal(err)
			}
			staff, hcp, person := strings.Cut(r.Identifier[0].Value, "@")
			if !person {
				staff, hcp = "", r.Identifier[0].Value
			}
			for _, x := range r.Extension {
				s := keylog.Served{Provider: hcp, Staff: staff, Counts: true}
				for _, part := range x.Extension {
					switch part.URL {
					case "kid":
						s.Name = part.ValueString
					case "until":
						s.Counts = false
					}
				}
				if s.Name != "" {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// Whatever becomes of accounts and desks, every key that the directory hands out is in the log, as counting or as ended.
func TestEveryKeyThatIsHandedOutIsInTheLog(t *testing.T) {
	w := newWorld(t)
	hcps := []string{w.hcp(central.HCP{Name: "A"}), w.hcp(central.HCP{Name: "B"})}
	f := newFollower(t, w.desk(w.hcp(central.HCP{Name: "Whoever looks"}), ehrdesk.FrontDesk))
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	var desks []*desk
	for i := range 40 {
		w.clock.advance(time.Minute)
		hcp := hcps[r.IntN(2)]
		switch n := r.IntN(6); {
		case n < 3 || len(desks) == 0: // somebody is enrolled, on a new desk or one that there is, anew or for the first time
			d := &desk{w: w, hcp: hcp, staff: fmt.Sprint("dr", r.IntN(3)), deskKey: newKey(t), key: newKey(t), holder: newKey(t)}
			if len(desks) > 0 && r.IntN(2) == 0 {
				d.deskKey, d.hcp = desks[r.IntN(len(desks))].deskKey, desks[0].hcp
			}
			code, err := w.c.AddAccount(t.Context(), d.hcp, d.staff, "Somebody", ehrdesk.Doctor)
			if err != nil {
				t.Fatal(err)
			}
			status, answer := d.enrol(code)
			if status != http.StatusCreated {
				t.Fatalf("%d %v", status, answer)
			}
			d.client = answer["client_id"].(string)
			desks = append(desks, d)
		case n == 3:
			_ = w.c.RevokeDesk(t.Context(), desks[r.IntN(len(desks))].client) // there may be none that counts
		default:
			d := desks[r.IntN(len(desks))]
			if _, err := w.c.CloseAccount(t.Context(), d.hcp, d.staff); err != nil {
				t.Fatal(err)
			}
		}
		f.signIn()
		if err := f.follow(); err != nil {
			t.Fatalf("seed %d, step %d: %v", seed, i, err)
		}
		if got := f.log.Differs(f.served()); len(got) != 0 {
			t.Fatalf("seed %d, step %d: %+v", seed, i, got)
		}
	}
	if f.log.Len() < 20 {
		t.Errorf("%d entries", f.log.Len())
	}
}

// A centre whose operator puts a key into its database, or changes its log, is found by the desks.
func TestAFalseKeyOfTheOperatorsIsFound(t *testing.T) {
	w := newWorld(t)
	if w.store != "" {
		t.Skip("its files are a server's")
	}
	d := w.desk(w.hcp(central.HCP{Name: "A"}), ehrdesk.Doctor)
	f, other := newFollower(t, d), newFollower(t, w.desk(w.hcp(central.HCP{Name: "B"}), ehrdesk.Doctor))
	follows := func(f *follower) {
		t.Helper()
		if err := f.follow(); err != nil {
			t.Fatal(err)
		}
		if got := f.log.Differs(f.served()); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
	}
	follows(f)
	if got := f.log.Strange(d.hcp, d.staff, []string{d.print()}); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatal(text, err)
		}
	}
	// Beside the log: whoever holds the directory against it finds the key.
	exec("INSERT INTO desk (client, hcp, install, print, jwk) VALUES ('false', ?, '', 'false-desk', x'7b7d')", d.hcp)
	exec("INSERT INTO person (client, staff, print, jwk, since) VALUES ('false', ?, 'false', x'7b7d', 1)", d.staff)
	if err := other.follow(); err != nil {
		t.Fatal(err)
	}
	if got := other.log.Differs(other.served()); len(got) != 2 || got[0].Name != "false-desk" || got[1].Name != "false" {
		t.Errorf("%+v", got)
	}
	// In the log: whose key it would be finds it.
	n, before := f.log.Len(), mustHash(t, &f.log)
	text, hash, err := keylog.Next(before, keylog.Entry{N: n + 1, At: w.clock.now().UTC(), Key: keylog.Key{Provider: d.hcp, Staff: d.staff, Desk: "false", Name: "false"}, Act: keylog.Stands})
	if err != nil {
		t.Fatal(err)
	}
	exec("INSERT INTO key_change (n, at, hash, text) VALUES (?, ?, ?, ?)", n+1, w.clock.now().UnixMicro(), hash, text)
	if err := f.follow(); err != nil {
		t.Fatal(err)
	}
	if got := f.log.Strange(d.hcp, d.staff, []string{d.print()}); len(got) != 1 || got[0].Name != "false" {
		t.Errorf("%+v", got)
	}
	// Taken back again: whoever has seen it has a head that the log does not lead to any more.
	exec("DROP TRIGGER key_change_held")
	exec("DELETE FROM key_change WHERE n > ?", n)
	if err := f.follow(); !errors.Is(err, keylog.ErrBehind) && !errors.Is(err, keylog.ErrShortened) && !errors.Is(err, keylog.ErrForked) {
		t.Errorf("a log that was cut: %v", err)
	}
	text, hash, err = keylog.Next(before, keylog.Entry{N: n + 1, At: w.clock.now().UTC(), Key: keylog.Key{Provider: d.hcp, Staff: "another", Desk: "d", Name: "k"}, Act: keylog.Stands})
	if err != nil {
		t.Fatal(err)
	}
	exec("INSERT INTO key_change (n, at, hash, text) VALUES (?, ?, ?, ?)", n+1, w.clock.now().UnixMicro(), hash, text)
	if err := f.follow(); !errors.Is(err, keylog.ErrForked) {
		t.Errorf("another log: %v", err)
	}
}

func mustHash(t *testing.T, l *keylog.Log) []byte {
	t.Helper()
	h, err := l.Hash(l.Len())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestKeysChangeInOneRoomAlone: no rule changes a key without its entry.
func TestKeysChangeInOneRoomAlone(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fn, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			on := fn.Sel.Name
			if of, ok := fn.X.(*ast.SelectorExpr); ok {
				on = of.Sel.Name + "." + fn.Sel.Name
			}
			switch on {
			case "Desks.SetPersonKey", "Desks.EndKey", "Desks.Add", "Accounts.Close", "AddChange":
				if seen++; !strings.HasPrefix(filepath.ToSlash(path), "enrolled/") && !strings.HasPrefix(filepath.ToSlash(path), "sqlstore/") {
					t.Errorf("%s calls %s", path, on)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 4 {
		t.Errorf("%d calls seen: %v", seen, err)
	}
}
