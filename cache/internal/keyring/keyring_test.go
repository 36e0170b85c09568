package keyring_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// cheap is a derivation that takes no time.
var cheap = keyring.KDF{Memory: 64, Time: 1, Threads: 1}

// person is somebody with a passphrase of their own name.
func person(t *testing.T, install, staff string) (keyring.User, *keyring.Unlocked) {
	t.Helper()
	pass := ehrdesk.NewSecret("passphrase of " + staff)
	u, aead, err := keyring.NewUser(install, staff, cheap, pass)
	if err == nil {
		err = u.SealIdentity(install, aead, []byte("identity of "+staff), [][]byte{seal.NewKey()})
	}
	if err != nil {
		t.Fatal(err)
	}
	o, err := u.Unlock(install, pass, nil)
	if err != nil || string(o.Identity) != "identity of "+staff {
		t.Fatalf("%v", err)
	}
	return u, o
}

func TestAPersonOpensByTheirOwnPassphraseOnTheirOwnDeskAlone(t *testing.T) {
	install := uuid.NewString()
	u, _ := person(t, install, "lee")
	if _, err := u.Unlock(install, ehrdesk.NewSecret("another"), nil); !errors.Is(err, keyring.ErrPassphrase) {
		t.Errorf("another passphrase: %v", err)
	}
	if _, err := u.Unlock(uuid.NewString(), ehrdesk.NewSecret("passphrase of lee"), nil); !errors.Is(err, keyring.ErrPassphrase) {
		t.Errorf("on another desk: %v", err)
	}
	u.Public = []byte("another line")
	if _, err := u.Unlock(install, ehrdesk.NewSecret("passphrase of lee"), nil); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("with another plain line: %v", err)
	}
}

// An epoch's key opens for those it was sealed to, and for nobody once its member
// list was changed: a holder who keeps it finds out.
func TestAnEpochOpensForItsMembersAlone(t *testing.T) {
	install := uuid.NewString()
	lee, leeOpen := person(t, install, "lee")
	chan1, chanOpen := person(t, install, "chan")
	wong, wongOpen := person(t, install, "wong")
	secret := seal.NewKey()
	seals := func() keyring.Epoch {
		e, err := keyring.SealEpoch(install, keyring.JournalEpochs, 1, secret, []keyring.User{lee, chan1})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := seals()
	for staff, o := range map[string]*keyring.Unlocked{"lee": leeOpen, "chan": chanOpen} {
		if got, err := e.Open(install, keyring.JournalEpochs, staff, o.Private); err != nil || !bytes.Equal(got, secret) {
			t.Errorf("%s: %v", staff, err)
		}
	}
	if got, err := e.Open(install, keyring.JournalEpochs, "wong", wongOpen.Private); got != nil || err != nil {
		t.Errorf("somebody it was not sealed to: %v, %v", got, err)
	}
	for what, change := range map[string]func(e *keyring.Epoch){
		"a holder's key exchanged": func(e *keyring.Epoch) { e.Wrapped[1].Holder = wong.Holder() },
		"a holder's name changed":  func(e *keyring.Epoch) { e.Wrapped[1].Staff = "wong" },
		"a holder struck out":      func(e *keyring.Epoch) { e.Wrapped = e.Wrapped[:1] },
		"a holder added": func(e *keyring.Epoch) {
			e.Wrapped = append(e.Wrapped, keyring.WrappedKey{Staff: "wong", Holder: wong.Holder()})
		},
		"another number":    func(e *keyring.Epoch) { e.N = 2 },
		"another MAC":       func(e *keyring.Epoch) { e.MAC = seal.NewKey() },
		"a wrapped key cut": func(e *keyring.Epoch) { e.Wrapped[0].Sealed = e.Wrapped[0].Sealed[:20] },
	} {
		e := seals()
		change(&e)
		if _, err := e.Open(install, keyring.JournalEpochs, "lee", leeOpen.Private); !errors.Is(err, keyring.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := e.Open(install, keyring.RecordEpochs, "lee", leeOpen.Private); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("as an epoch of the other kind: %v", err)
	}
	lee.Key = wong.Key
	if _, err := e.HeldBy(&lee); !errors.Is(err, keyring.ErrReplaced) {
		t.Errorf("a public key that was exchanged: %v", err)
	}
}

func TestAKeyringReadsAsItWasWritten(t *testing.T) {
	k := keyring.Keyring{Install: uuid.NewString(), Serial: 7, Mark: &keyring.HighWater{Entries: 3, Head: seal.NewKey(), Generation: 2, Keyring: 6}}
	lee, _ := person(t, k.Install, "lee")
	k.People = append(k.People, lee)
	if _, err := k.Begin(func(keyring.User) bool { return true }); err != nil {
		t.Fatal(err)
	}
	b, err := k.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := keyring.Parse(b, cheap)
	if err != nil || got.Serial != 7 || !got.Mark.Equal(k.Mark) || len(got.Records) != 1 || len(got.Journal) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if again, err := got.Marshal(); err != nil || !bytes.Equal(again, b) {
		t.Errorf("it is written anew as %s, %v", again, err)
	}
	if _, err := keyring.Parse(b, keyring.Floor()); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("a derivation below the floor: %v", err)
	}
	for i := range b {
		if i%7 == 0 {
			_, _ = keyring.Parse(b[:i], cheap) // an error, and no panic
		}
	}
}
