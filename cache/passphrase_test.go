package cache_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestTheDerivationIsRaisedToTheMachineWithinBounds(t *testing.T) {
	for _, tt := range []struct {
		took           time.Duration
		memory, passes uint32
	}{
		{2 * time.Second, 64 << 10, 3}, // a slow machine: the floor
		{500 * time.Millisecond, 64 << 10, 3},
		{250 * time.Millisecond, 128 << 10, 3},
		{200 * time.Millisecond, 160 << 10, 3},
		{125 * time.Millisecond, 256 << 10, 3},
		{100 * time.Millisecond, 256 << 10, 3},
		{50 * time.Millisecond, 256 << 10, 7},
		{time.Millisecond, 256 << 10, 12},
		{0, 64 << 10, 3},
	} {
		m, p, l := cache.Calibrated(tt.took)
		if m != tt.memory || p != tt.passes || l != 4 {
			t.Errorf("%v: %d MiB, %d passes, %d lanes", tt.took, m>>10, p, l)
		}
	}
}

func TestWhatWasCalibratedIsStoredAndNeverCheaperThanTheFloor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, cache.Options{Unlocking: time.Nanosecond})
	enrol(t, s, "chan")
	kdf := ring(t, dir)["people"].([]any)[0].(map[string]any)["kdf"].(map[string]any)
	if kdf["memory"] != 65536.0 || kdf["time"] != 3.0 || kdf["threads"] != 4.0 {
		t.Errorf("%v", kdf)
	}
}

// A keyring that asks for 4 GiB would end the process before its passphrase is
// looked at. What is read at most lies four times above what is ever written.
func TestADerivationThatWouldTakeTheMachineIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, cache.Options{Unlocking: time.Nanosecond})
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	kept := ring(t, dir)
	for _, tt := range []struct {
		name  string
		value uint32
		words string
	}{
		{"memory", 1 << 20, ""}, {"memory", 1<<20 + 1, "asks for more memory or time"}, {"memory", 4 << 20, "asks for more memory or time"},
		{"memory", 1<<32 - 1, "asks for more memory or time"}, {"memory", 64<<10 - 1, "weaker"},
		{"time", 48, ""}, {"time", 49, "asks for more memory or time"}, {"time", 1<<32 - 1, "asks for more memory or time"}, {"time", 2, "weaker"},
		{"threads", 16, ""}, {"threads", 17, "asks for more memory or time"}, {"threads", 3, "weaker"},
	} {
		kdf := kept["people"].([]any)[0].(map[string]any)["kdf"].(map[string]any)
		before := kdf[tt.name]
		kdf[tt.name] = tt.value
		b, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		kdf[tt.name] = before
		if err := os.WriteFile(filepath.Join(dir, "keyring"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := cache.Open(t.Context(), dir, cache.Options{Unlocking: time.Nanosecond})
		if err == nil {
			err = s.Close()
		} else {
			wantCode(t, err, ehrdesk.CodeTampered)
		}
		if (err == nil) != (tt.words == "") || err != nil && !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%s %d: %v, want %q", tt.name, tt.value, err, tt.words)
		}
	}
}

func TestAPassphraseIsChangedAndNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	enrol(t, s, "lee")
	v := unlock(t, s, "chan")
	put(t, v, "a")
	next := ehrdesk.NewSecret("another one altogether")
	wantCode(t, s.ChangePassphrase(t.Context(), "chan", next, next), ehrdesk.CodeNotSignedIn)
	wantCode(t, s.ChangePassphrase(t.Context(), "nobody", pass, next), ehrdesk.CodeNotSignedIn)
	wantCode(t, s.ChangePassphrase(t.Context(), "chan", pass, ehrdesk.NewSecret("")), ehrdesk.CodeInvalid)
	before := ring(t, dir)
	if err := s.ChangePassphrase(t.Context(), "chan", pass, next); err != nil {
		t.Fatal(err)
	}
	after := ring(t, dir)
	for _, part := range []string{"records", "journal"} {
		if jsonOf(before[part]) != jsonOf(after[part]) {
			t.Errorf("the %s epochs changed", part)
		}
	}
	if jsonOf(before["people"].([]any)[1]) != jsonOf(after["people"].([]any)[1]) {
		t.Error("lee changed")
	}
	// chan's open vault goes on, and what it seals opens with the new one.
	if err := v.UpdatePublic(t.Context(), []byte("moved")); err != nil || !has(t, v, "a") {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	_, err := s.Unlock(t.Context(), "chan", pass)
	wantCode(t, err, ehrdesk.CodeNotSignedIn)
	v, err = s.Unlock(t.Context(), "chan", next)
	if err != nil || !has(t, v, "a") || string(v.Identity()) != "identity chan" {
		t.Fatal(err)
	}
	unlock(t, s, "lee")
}

// TestACrashWhileThePassphraseIsChangedLeavesTheOldOrTheNew looks at what stands
// on the disk before the file takes its name, and after.
func TestACrashWhileThePassphraseIsChangedLeavesTheOldOrTheNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	old, err := os.ReadFile(filepath.Join(dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	next := ehrdesk.NewSecret("another one altogether")
	if err := s.ChangePassphrase(t.Context(), "chan", pass, next); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.ReadFile(filepath.Join(dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		keyring, half []byte
		opens         ehrdesk.Secret
	}{{old, fresh[:len(fresh)/2], pass}, {old, fresh, pass}, {fresh, nil, next}} {
		crashed := filepath.Join(t.TempDir(), "desk")
		if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"keyring": tt.keyring, "keyring.new": tt.half} {
			if err := os.WriteFile(filepath.Join(crashed, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tighten(t, crashed)
		c := openStore(t, crashed, at(noon))
		if _, err := c.Unlock(t.Context(), "chan", tt.opens); err != nil {
			t.Error(err)
		}
	}
}

func TestAfterFiveWrongPassphrasesAPersonWaitsAndARestartDoesNotHelp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	now := noon
	o := at(noon)
	o.Now = func() time.Time { return now }
	s := openStore(t, dir, o)
	enrol(t, s, "chan")
	enrol(t, s, "lee")
	try := func(p ehrdesk.Secret) error {
		v, err := s.Unlock(t.Context(), "chan", p)
		if err == nil {
			v.Lock()
		}
		return err
	}
	wrong := ehrdesk.NewSecret("wrong")
	locked := func(want time.Duration) {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openStore(t, dir, o)
		err := try(pass) // the right one, too early
		wantCode(t, err, ehrdesk.CodeLocked)
		var l *ehrdesk.LockOut
		if !errors.As(err, &l) || l.Until.Sub(now) != want {
			t.Errorf("locked for %v, want %v", l.Until.Sub(now), want)
		}
	}
	for range 4 {
		wantCode(t, try(wrong), ehrdesk.CodeNotSignedIn)
	}
	if err := try(pass); err != nil { // a right one begins the count anew
		t.Fatal(err)
	}
	for range 5 {
		wantCode(t, try(wrong), ehrdesk.CodeNotSignedIn)
	}
	for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		locked(wait)
		wantCode(t, s.ChangePassphrase(t.Context(), "chan", pass, wrong), ehrdesk.CodeLocked)
		unlock(t, s, "lee").Lock() // nobody else waits
		now = now.Add(wait)
		wantCode(t, try(wrong), ehrdesk.CodeNotSignedIn)
	}
	now = now.Add(-100 * time.Hour) // a clock set back keeps nobody out for days
	locked(15 * time.Minute)
	now = now.Add(100*time.Hour + 15*time.Minute)
	if err := try(pass); err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(ring(t, dir)["people"].([]any)[0].(map[string]any)["wrong"]); string(b) != "null" {
		t.Errorf("still counted: %s", b)
	}
}
