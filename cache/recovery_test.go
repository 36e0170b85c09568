package cache_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func recoveryKey(t testing.TB) (private, public []byte) {
	t.Helper()
	private, public, err := cache.NewRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

func enqueue(t testing.TB, v *cache.Vault, op string) {
	t.Helper()
	if err := v.Outbox().Enqueue(t.Context(), "lane", op, []byte("payload of "+op)); err != nil {
		t.Fatal(err)
	}
}

func recovered(t testing.TB, s *cache.Store, private []byte) (ops []string, left int) {
	t.Helper()
	items, left, err := s.Recover(t.Context(), private, []byte("recovered"))
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if string(it.Payload) != "payload of "+it.OpID {
			t.Errorf("%+v", it)
		}
		ops = append(ops, it.OpID)
	}
	return ops, left
}

// TestLosingEveryPassphraseLosesTheCopiesAndNoItem forgets the passphrases of
// everybody after a day with a shred, a removal and a newcomer, each of which
// makes new keys.
func TestLosingEveryPassphraseLosesTheCopiesAndNoItem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	private, public := recoveryKey(t)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	enqueue(t, v, "before it was set")
	if err := v.SetRecovery(t.Context(), public); err != nil {
		t.Fatal(err)
	}
	enqueue(t, v, "after")
	if err := v.Shred(t.Context(), put(t, v, "x")); err != nil {
		t.Fatal(err)
	}
	enqueue(t, v, "after a shred")
	enrol(t, s, "lee")
	if err := s.Remove(t.Context(), "lee"); err != nil {
		t.Fatal(err)
	}
	enqueue(t, v, "after a removal")
	v.Lock()
	enrol(t, s, "wong") // alone: nobody there vouches for the recovery key yet
	w := unlock(t, s, "wong")
	enqueue(t, w, "while waiting")
	w.Lock()
	want := []string{"before it was set", "after", "after a shred", "after a removal"}
	if ops, left := recovered(t, s, private); !slices.Equal(ops, want) || left != 1 {
		t.Fatalf("%q, %d left", ops, left)
	}
	v = unlock(t, s, "chan") // lets wong in
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	v.Lock()
	w = unlock(t, s, "wong")
	enqueue(t, w, "let in")
	w.Lock()
	want = append(want, "while waiting", "let in")
	if ops, left := recovered(t, s, private); !slices.Equal(ops, want) || left != 0 {
		t.Fatalf("%q, %d left", ops, left)
	}
	// Nobody is enrolled any more: nothing but the copies is lost.
	for _, who := range []string{"wong", "chan"} {
		if err := s.Remove(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	if ops, left := recovered(t, s, private); !slices.Equal(ops, want) || left != 0 {
		t.Fatalf("%q, %d left", ops, left)
	}
	if n, _, err := s.VerifyAudit(t.Context()); err != nil || n != 3 { // each recovery was written down
		t.Errorf("%d entries, %v", n, err)
	}
	enrol(t, s, "chan") // enrolled anew
	if v = unlock(t, s, "chan"); has(t, v, "a") {
		t.Error("a copy came back")
	}
	other, _ := recoveryKey(t)
	_, _, err := s.Recover(t.Context(), other, nil)
	wantCode(t, err, ehrdesk.CodeDenied)
	_, _, err = s.Recover(t.Context(), []byte("not a key"), nil)
	wantCode(t, err, ehrdesk.CodeInvalid)
	wantCode(t, v.SetRecovery(t.Context(), []byte("not a key")), ehrdesk.CodeInvalid)
}

func TestARecoveryKeyIsReplacedByWhoHoldsTheKeysAndByNobodyElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	private, public := recoveryKey(t)
	evilPrivate, evil := recoveryKey(t)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	enqueue(t, v, "op-1")
	if err := v.SetRecovery(t.Context(), public); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Somebody who can write to the folder.
	name := filepath.Join(dir, "keyring")
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []any{evil, nil} {
		k := ring(t, dir)
		k["recovery"] = key
		b, _ := json.Marshal(k)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s = openStore(t, dir, at(noon))
		_, err := s.Unlock(t.Context(), "chan", pass)
		wantCode(t, err, ehrdesk.CodeTampered)
		_, _, err = s.Recover(t.Context(), evilPrivate, nil)
		wantCode(t, err, ehrdesk.CodeDenied)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	nextPrivate, next := recoveryKey(t)
	if err := v.SetRecovery(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	v = unlock(t, s, "chan")
	enqueue(t, v, "op-2")
	if ops, left := recovered(t, s, nextPrivate); len(ops) != 2 || left != 0 {
		t.Errorf("%q, %d left", ops, left)
	}
	_, _, err = s.Recover(t.Context(), private, nil)
	wantCode(t, err, ehrdesk.CodeDenied)
	if bytes.Contains([]byte(jsonOf(ring(t, dir)["records"])), []byte("recovery:")) {
		t.Error("the copies' keys are sealed to the recovery key")
	}
}
