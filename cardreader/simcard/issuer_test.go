package simcard_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

func TestAnIssuerIsTheSameAtEveryStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issuer.key")
	first, err := simcard.LoadIssuer(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := simcard.LoadIssuer(path)
	if err != nil || !again.Public().Equal(first.Public()) {
		t.Fatalf("another issuer: %v", err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, path + ".pub": 0o644} {
		if info, err := os.Stat(name); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != mode) {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
	public := func() bool {
		t.Helper()
		text, err := os.ReadFile(path + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		keys, err := trust.ParseIssuers(text)
		return err == nil && len(keys) == 1 && keys[0].Equal(first.Public())
	}
	if !public() {
		t.Error("the public key beside it is another")
	}
	if err := os.WriteFile(path+".pub", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := simcard.LoadIssuer(path); err != nil || !public() {
		t.Errorf("a public key that does not belong there stays: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".issuer-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// A card of before the restart is still that issuer's.
	card, err := first.Issue(simcard.Person{Name: "CHAN, Tai Man", HKIC: hkic(t), Born: "19660215", Issued: "19980603"})
	if err != nil {
		t.Fatal(err)
	}
	e := card.Applet.(*simcard.Training).Evidence([32]byte{5})
	if v, err := trust.Check(e, []*ecdsa.PublicKey{again.Public()}); err != nil || v.Proof != ehrdesk.CardGenuineChip {
		t.Errorf("%v, %v", v.Proof, err)
	}
}

func hkic(t *testing.T) ehrdesk.HKIC {
	t.Helper()
	h, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestProgramsThatBeginAtOnceAgreeOnOneIssuer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issuer.key")
	var all [8]*simcard.Issuer
	var wg sync.WaitGroup
	for n := range all {
		wg.Go(func() {
			i, err := simcard.LoadIssuer(path)
			if err != nil {
				t.Error(err)
			}
			all[n] = i
		})
	}
	wg.Wait()
	for _, i := range all {
		if i == nil || !i.Public().Equal(all[0].Public()) {
			t.Error("two issuers")
		}
	}
}

func TestAKeyFileThatIsNoneIsRefusedAndLeftAlone(t *testing.T) {
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	good, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text []byte
		mode os.FileMode
		want ehrdesk.Code
	}{
		"empty":            {nil, 0o600, ehrdesk.CodeInvalid},
		"words":            {[]byte("hello"), 0o600, ehrdesk.CodeInvalid},
		"cut":              {pkcs8(good)[:80], 0o600, ehrdesk.CodeInvalid},
		"another curve":    {pkcs8(other), 0o600, ehrdesk.CodeInvalid},
		"two keys":         {append(pkcs8(good), pkcs8(good)...), 0o600, ehrdesk.CodeInvalid},
		"a public key":     {trust.MarshalIssuer(&good.PublicKey), 0o600, ehrdesk.CodeInvalid},
		"open for reading": {pkcs8(good), 0o644, ehrdesk.CodeDenied},
	} {
		if c.want == ehrdesk.CodeDenied && runtime.GOOS == "windows" {
			continue
		}
		path := filepath.Join(t.TempDir(), "issuer.key")
		if err := os.WriteFile(path, c.text, c.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := simcard.LoadIssuer(path); ehrdesk.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, c.text) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := simcard.LoadIssuer(filepath.Join(t.TempDir(), "no", "such", "folder")); ehrdesk.CodeOf(err) != ehrdesk.CodeOther {
		t.Errorf("no folder: %v", err)
	}
}
