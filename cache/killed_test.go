package cache_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// killedEnv makes this test binary, run again, the desk that is killed; its value
// is a seed and the directory.
const killedEnv = "EHRDESK_CACHE_TEST_KILLED"

// killsEnv says how often the desk is killed, for more than each run of the tests
// does.
const killsEnv = "EHRDESK_KILLS"

// busy syncs, takes consents, delivers and shreds at random for ever, saying what
// is done only when it is.
func busy(arg string) int {
	text, dir, _ := strings.Cut(arg, " ")
	seed, err := strconv.ParseUint(text, 10, 64)
	fail := func(err error) int {
		fmt.Println("error", err)
		return 1
	}
	if err != nil {
		return fail(err)
	}
	ctx := context.Background()
	s, err := cache.Open(ctx, dir, at(noon))
	if err != nil {
		return fail(err)
	}
	v, err := s.Unlock(ctx, "chan", pass)
	if err != nil {
		return fail(err)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	fmt.Println("ready")
	for n := 0; ; n++ {
		key := fmt.Sprintf("patient|%d", random.IntN(4))
		op := fmt.Sprintf("%d-%d", seed, n)
		switch random.IntN(12) {
		case 0, 1, 2:
			var c cache.Copy
			var ok bool
			if c, ok, err = v.Copies().Lookup(ctx, key); err == nil && !ok {
				c, err = v.Copies().Put(ctx, cache.Copy{Header: []byte(key), PurgeAfter: noon.Add(24 * time.Hour)}, []string{key})
			}
			if err != nil {
				return fail(err)
			}
			fmt.Println("has", key)
			batch := records(1 + random.IntN(150))
			for i := range batch {
				batch[i].Record.Version, batch[i].Record.Updated = op, noon.Add(time.Duration(n)*time.Second)
			}
			if _, err = v.Copies().Apply(ctx, c.ID, []byte(op), noon, batch); err != nil {
				return fail(err)
			}
		case 3, 4:
			if err = v.Outbox().Enqueue(ctx, key, op, []byte("act "+op)); err != nil {
				return fail(err)
			}
			fmt.Println("queued", op)
		case 5:
			var id string
			out := cache.Outcome{State: cache.ItemConfirmed}
			if random.IntN(3) == 0 {
				out.State = cache.ItemSending
			}
			skip := random.IntN(3)
			ok, err := v.Outbox().Deliver(ctx, func(cache.Item) cache.Decision {
				if skip--; skip >= 0 {
					return cache.Hold
				}
				return cache.Send
			}, func(it cache.Item) cache.Outcome {
				if id = it.OpID; out.State == cache.ItemConfirmed {
					fmt.Println("leaving", id)
				}
				return out
			})
			if err != nil {
				return fail(err)
			}
			if ok && out.State == cache.ItemConfirmed {
				fmt.Println("delivered", id)
			}
		case 10:
			var items []cache.Item
			if items, err = v.Outbox().Pending(ctx); err != nil || len(items) == 0 {
				break
			}
			it := items[random.IntN(len(items))]
			fmt.Println("leaving", it.OpID)
			if err = v.Outbox().Withdraw(ctx, it.OpID, "given up", freely); err == nil {
				fmt.Println("delivered", it.OpID) // as far as the outbox goes
			} else if it.State == cache.ItemSending && ehrdesk.CodeOf(err) == ehrdesk.CodeConflict {
				err = nil
			}
		case 6:
			if _, err = v.AccessLog().Add(ctx, []byte(op)); err != nil {
				return fail(err)
			}
			fmt.Println("logged", op)
		case 11:
			op = both + op
			if _, err = v.AccessLog().AddAndEnqueue(ctx, []byte(op), key, op, []byte("act "+op)); err != nil {
				return fail(err)
			}
			fmt.Println("queued", op)
			fmt.Println("logged", op)
		case 7:
			c, ok, err := v.Copies().Lookup(ctx, key)
			if err == nil && ok {
				fmt.Println("shredding", key)
				if err = v.Shred(ctx, c.ID); err == nil {
					fmt.Println("shredded", key)
				}
			}
			if err != nil {
				return fail(err)
			}
		case 8:
			fmt.Println("writing", key)
			if err = v.Worklists().Put(ctx, "today", key, []byte(op)); err != nil {
				return fail(err)
			}
			fmt.Println("wrote", key, op)
		case 9:
			fmt.Println("writing", key)
			if err = v.Worklists().TakeOff(ctx, "today", key); err != nil {
				return fail(err)
			}
			fmt.Println("wrote", key)
		}
		if err != nil {
			return fail(err)
		}
	}
}

// both begins an entry of the access log and an act, written together.
const both = "both "

// promised is what the desk said was done, over all its lives.
type promised struct {
	queued, delivered map[string]bool
	leaving           map[string]bool // may have been delivered or given up, which was not said yet
	logged            int
	copies            map[string]string // "has", "shredding", "shredded"
	items             map[string]string // what each says; "" when dropped, writing while it may be either
}

// writing is a slip that may or may not have been changed.
const writing = "\x00"

func (p *promised) take(line string) {
	word, what, _ := strings.Cut(line, " ")
	switch word {
	case "queued":
		p.queued[what] = true
	case "delivered":
		p.delivered[what] = true
	case "leaving":
		p.leaving[what] = true
	case "logged":
		p.logged++
	case "has", "shredding", "shredded":
		p.copies[what] = word
	case "writing":
		p.items[what] = writing
	case "wrote":
		key, text, _ := strings.Cut(what, " ")
		p.items[key] = text
	}
}

// However often and whenever the desk is killed: the store opens and agrees with
// itself, the access log verifies, every act it acknowledged is there once and
// none is lost, every slip says what was written last, and no shredded patient is back.
func TestADeskKilledAtAnyMomentKeepsItsWord(t *testing.T) {
	kills := 30
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	p := &promised{queued: map[string]bool{}, delivered: map[string]bool{}, leaving: map[string]bool{}, copies: map[string]string{}, items: map[string]string{}}
	random := rand.New(rand.NewPCG(uint64(kills), 2))
	for kill := range kills {
		p.live(t, kill, dir, random.IntN(60))
		p.hold(t, kill, dir)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills: %d acts promised, %d delivered, %d entries logged", kills, len(p.queued), len(p.delivered), p.logged)
}

// live runs the desk, and kills it when it has said n things or, at every other
// kill, a random moment after.
func (p *promised) live(t *testing.T, kill int, dir string, n int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", killedEnv, kill, dir))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for said := 0; lines.Scan(); said++ {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Errorf("kill %d: %s", kill, lines.Text())
			break
		}
		p.take(lines.Text())
		if said == n {
			go func() { _ = cmd.Process.Kill() }() // what it still says on the way counts too
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// hold holds the store against what was promised.
func (p *promised) hold(t *testing.T, kill int, dir string) {
	t.Helper()
	s, err := cache.Open(t.Context(), dir, at(noon))
	if err != nil {
		t.Fatalf("kill %d: open: %v", kill, err)
	}
	defer s.Close()
	v, err := s.Unlock(t.Context(), "chan", pass)
	if err != nil {
		t.Fatalf("kill %d: unlock: %v", kill, err)
	}
	if n, _, err := s.VerifyAudit(t.Context()); err != nil || n < int64(p.logged) {
		t.Errorf("kill %d: %d entries, %d promised: %v", kill, n, p.logged, err)
	}
	items, err := v.Outbox().Pending(t.Context())
	if err != nil {
		t.Fatalf("kill %d: outbox: %v", kill, err)
	}
	seen := map[string]int{}
	for _, it := range items {
		seen[it.OpID]++
		if p.delivered[it.OpID] {
			t.Errorf("kill %d: %s was delivered and waits again", kill, it.OpID)
		}
		if string(it.Payload) != "act "+it.OpID {
			t.Errorf("kill %d: %s holds %q", kill, it.OpID, it.Payload)
		}
	}
	together := p.together(t, kill, v)
	for op := range together {
		p.queued[op] = true // the entry is there, so the act must be
	}
	for op := range seen {
		if strings.HasPrefix(op, both) && !together[op] {
			t.Errorf("kill %d: the act %s is there without its entry", kill, op)
		}
	}
	for op := range p.queued {
		switch {
		case seen[op] > 1:
			t.Errorf("kill %d: %s is there %d times", kill, op, seen[op])
		case seen[op] == 0 && !p.delivered[op] && !p.leaving[op]:
			t.Errorf("kill %d: %s is lost", kill, op)
		case seen[op] == 0:
			p.delivered[op] = true
		}
	}
	clear(p.leaving)
	lines, err := v.Worklists().Items(t.Context(), "today")
	if err != nil {
		t.Fatalf("kill %d: lists: %v", kill, err)
	}
	says := map[string]string{}
	for _, l := range lines {
		says[l.ID] = string(l.Payload)
	}
	for key, text := range p.items {
		if text != writing && says[key] != text {
			t.Errorf("kill %d: slip %s says %q, promised %q", kill, key, says[key], text)
		}
		p.items[key] = says[key]
	}
	for key, state := range p.copies {
		c, ok, err := v.Copies().Lookup(t.Context(), key)
		switch {
		case err != nil:
			t.Errorf("kill %d: %s: %v", kill, key, err)
		case ok && state == "shredded" && c.Synced.IsZero() && c.Records == 0: // made anew, and not yet said
		case ok && state == "shredded":
			t.Errorf("kill %d: %s is back", kill, key)
		case !ok && state == "has":
			t.Errorf("kill %d: %s is gone", kill, key)
		case ok:
			p.whole(t, kill, v, c)
		}
		if !ok {
			p.copies[key] = "shredded"
		} else {
			p.copies[key] = "has"
		}
	}
}

// together are the acts whose entries are in the access log.
func (p *promised) together(t *testing.T, kill int, v *cache.Vault) map[string]bool {
	t.Helper()
	acts := map[string]bool{}
	if err := v.AccessLog().Entries(t.Context(), 1, func(e cache.AuditEntry) error {
		if op := string(e.Payload); strings.HasPrefix(op, both) {
			acts[op] = true
		}
		return nil
	}); err != nil {
		t.Errorf("kill %d: the access log: %v", kill, err)
	}
	return acts
}

// whole opens every record of a copy: all of one batch, with the header of it.
func (p *promised) whole(t *testing.T, kill int, v *cache.Vault, c cache.Copy) {
	t.Helper()
	list, err := v.Copies().Records(t.Context(), c.ID)
	if err != nil || len(list) != c.Records {
		t.Errorf("kill %d: %d records, the head says %d: %v", kill, len(list), c.Records, err)
	}
	for i := range list {
		if i%17 != 0 { // a sample: sums are checked by the seal
			continue
		}
		if _, err := v.Copies().Body(t.Context(), c.ID, list[i].Ref()); err != nil {
			t.Errorf("kill %d: a record does not open: %v", kill, err)
		}
	}
}
