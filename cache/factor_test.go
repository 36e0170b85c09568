package cache_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// drawer is a device that keeps secrets in memory, and fails when told to.
type drawer struct {
	kept map[string][]byte
	fail error
}

func (d *drawer) Secret(_ context.Context, name string) ([]byte, error) {
	if b, ok := d.kept[name]; ok && d.fail == nil {
		return slices.Clone(b), nil
	}
	return nil, errors.New("no")
}

func (d *drawer) Keep(_ context.Context, name string, secret []byte) error {
	if d.fail == nil {
		d.kept[name] = slices.Clone(secret)
	}
	return d.fail
}

func (d *drawer) Forget(_ context.Context, name string) error {
	delete(d.kept, name)
	return d.fail
}

// withDevice is a desk whose only person's keys need the device too, with an act
// that waits; recovery is the organisation's key.
func withDevice(t *testing.T) (dir string, d *drawer, recovery []byte) {
	t.Helper()
	dir, d = filepath.Join(t.TempDir(), "desk"), &drawer{kept: map[string][]byte{}}
	s := openStore(t, dir, device(d))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	recovery, public, err := cache.NewRecoveryKey()
	if err == nil {
		err = v.SetRecovery(t.Context(), public)
	}
	if err == nil {
		err = v.Outbox().Enqueue(t.Context(), "a", "op", []byte("act"))
	}
	if err == nil {
		err = s.SetFactor(t.Context(), "chan", pass, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	put(t, v, "a") // the vault that is open stays so
	if err := v.UpdatePublic(t.Context(), []byte("another line")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if len(d.kept) != 1 {
		t.Fatalf("%d secrets are kept", len(d.kept))
	}
	return dir, d, recovery
}

func device(d *drawer) cache.Options {
	o := at(noon)
	if d != nil {
		o.Device = d
	}
	return o
}

func TestNeitherThePassphraseNorTheDeviceOpensAlone(t *testing.T) {
	dir, d, _ := withDevice(t)
	other := &drawer{kept: maps.Clone(d.kept)}
	for name := range other.kept {
		other.kept[name] = make([]byte, 32)
	}
	wrong := ehrdesk.NewSecret("wrong")
	for _, tt := range []struct {
		name   string
		device *drawer
		pass   ehrdesk.Secret
		want   ehrdesk.Code
	}{
		{"both", d, pass, ""},
		{"the device and a wrong passphrase", d, wrong, ehrdesk.CodeNotSignedIn},
		{"the passphrase and no device", nil, pass, ehrdesk.CodeLocked},
		{"an empty device", &drawer{}, pass, ehrdesk.CodeLocked},
		{"a device that is locked", &drawer{kept: d.kept, fail: errors.New("locked")}, pass, ehrdesk.CodeLocked},
		{"another secret", other, pass, ehrdesk.CodeNotSignedIn},
		{"both again", d, pass, ""},
	} {
		s := openStore(t, dir, device(tt.device))
		v, err := s.Unlock(t.Context(), "chan", tt.pass)
		if got := ehrdesk.CodeOf(err); got != tt.want || (tt.want == ehrdesk.CodeLocked) != errors.Is(err, ehrdesk.ErrSecondKey) {
			t.Errorf("%s: %q, want %q: %v", tt.name, got, tt.want, err)
		}
		if err == nil && (!has(t, v, "a") || string(v.Identity()) != "identity chan") {
			t.Errorf("%s: it opens something else", tt.name)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASecondKeyCannotBeEditedAway(t *testing.T) {
	dir, d, _ := withDevice(t)
	name := filepath.Join(dir, "keyring")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for how, edit := range map[string]func(k, m map[string]any){
		"taken out":                      func(k, m map[string]any) { delete(m, "factor"); k["format"] = 1 },
		"another secret's name":          func(k, m map[string]any) { m["factor"] = map[string]any{"name": "00112233445566778899aabbccddeeff"} },
		"no name":                        func(k, m map[string]any) { m["factor"] = map[string]any{"name": "../secret"} },
		"in a file of the format before": func(k, m map[string]any) { k["format"] = 1 },
	} {
		var k map[string]any
		if err := json.Unmarshal(whole, &k); err != nil {
			t.Fatal(err)
		}
		edit(k, k["people"].([]any)[0].(map[string]any))
		b, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := cache.Open(t.Context(), dir, device(d))
		if err == nil {
			_, err = s.Unlock(t.Context(), "chan", pass)
			s.Close()
		}
		if err == nil {
			t.Errorf("%s: it opens", how)
		}
	}
	if err := os.WriteFile(name, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	unlock(t, openStore(t, dir, device(d)), "chan")
}

func TestALostDeviceLosesNothingIrreplaceable(t *testing.T) {
	dir, _, recovery := withDevice(t)
	s := openStore(t, dir, device(&drawer{kept: map[string][]byte{}}))
	items, left, err := s.Recover(t.Context(), recovery, []byte("recovered"))
	if err != nil || left != 0 || len(items) != 1 || string(items[0].Payload) != "act" {
		t.Fatalf("%+v, %d left: %v", items, left, err)
	}
	if err := s.Remove(t.Context(), "chan"); err != nil { // and is enrolled anew
		t.Fatal(err)
	}
	enrol(t, s, "chan")
	unlock(t, s, "chan")
	if items, _, err := s.Recover(t.Context(), recovery, []byte("again")); err != nil || len(items) != 1 {
		t.Errorf("%+v %v", items, err)
	}
}

func TestASecondKeyNeedsARecoveryKeyAndADevice(t *testing.T) {
	d := &drawer{kept: map[string][]byte{}}
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), device(d))
	enrol(t, s, "chan")
	wantCode(t, s.SetFactor(t.Context(), "chan", pass, true), ehrdesk.CodeConflict)
	v := unlock(t, s, "chan")
	_, public, err := cache.NewRecoveryKey()
	if err == nil {
		err = v.SetRecovery(t.Context(), public)
	}
	if err != nil {
		t.Fatal(err)
	}
	v.Lock()
	wantCode(t, s.SetFactor(t.Context(), "chan", ehrdesk.NewSecret("wrong"), true), ehrdesk.CodeNotSignedIn)
	d.fail = errors.New("locked")
	wantCode(t, s.SetFactor(t.Context(), "chan", pass, true), ehrdesk.CodeOther)
	d.fail = nil
	unlock(t, s, "chan").Lock() // as it was
	enrol(t, s, "wong")         // a newcomer who has written nothing
	if err := s.SetFactor(t.Context(), "wong", pass, true); err != nil {
		t.Fatal(err)
	}
	unlock(t, s, "chan").Lock() // lets wong in
	unlock(t, s, "wong").Lock()
	if err := s.ChangePassphrase(t.Context(), "wong", pass, ehrdesk.NewSecret("another one")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unlock(t.Context(), "wong", pass); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("the old passphrase: %v", err)
	}
	if len(d.kept) != 2 { // the second key, and that a wrong one was typed
		t.Errorf("%d secrets are kept", len(d.kept))
	}
	if err := s.SetFactor(t.Context(), "wong", ehrdesk.NewSecret("another one"), false); err != nil || len(d.kept) != 0 {
		t.Fatalf("%d secrets are kept: %v", len(d.kept), err)
	}
	if v, err := s.Unlock(t.Context(), "wong", ehrdesk.NewSecret("another one")); err != nil {
		t.Error(err)
	} else {
		v.Lock()
	}
	if err := s.SetFactor(t.Context(), "wong", ehrdesk.NewSecret("another one"), true); err != nil || len(d.kept) != 1 {
		t.Fatalf("%d secrets are kept: %v", len(d.kept), err)
	}
	if err := s.Remove(t.Context(), "wong"); err != nil || len(d.kept) != 0 {
		t.Errorf("%d secrets of somebody who is gone: %v", len(d.kept), err)
	}
}
