package central_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const keyWords = "pupil lantern seven harbour"

// opened opens the centre of a folder with a passphrase, nil for none.
func opened(t *testing.T, dir string, words func() ([]byte, error)) (*central.Centre, error) {
	t.Helper()
	c, err := central.Open(t.Context(), central.Options{Dir: dir, Passphrase: words})
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func say(words string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(words), nil }
}

// keyOf is a new centre and its key file.
func keyOf(t *testing.T) (c *central.Centre, dir, file string) {
	t.Helper()
	dir = t.TempDir()
	c, err := opened(t, dir, func() ([]byte, error) { t.Error("a passphrase is asked for though nothing is sealed"); return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	return c, dir, filepath.Join(dir, "centre.key")
}

// A copy of the folder opens nothing without the passphrase, and is not made anew; with it
// the key is the one that it was, and what the log was signed by.
func TestASealedKeyOpensByItsPassphraseAlone(t *testing.T) {
	c, dir, file := keyOf(t)
	plain, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Key.Seal([]byte(keyWords)); err != nil {
		t.Fatal(err)
	}
	sealed, err := os.ReadFile(file)
	if err != nil || bytes.Contains(sealed, plain) {
		t.Fatalf("the key lies in the sealed file: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for name, words := range map[string]func() ([]byte, error){"nobody asked": nil, "none given": say(""), "another one": say(keyWords + ".")} {
		if _, err := opened(t, dir, words); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, sealed) {
		t.Error("the file is another one after what failed")
	}
	again, err := opened(t, dir, say(keyWords))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.VerifyAudit(t.Context(), nil); err != nil || len(v.Faults) > 0 {
		t.Errorf("the log was signed by another key: %+v, %v", v, err)
	}
	if err := again.Key.Open(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, plain) {
		t.Errorf("another key came out: %v", err)
	}
	if err := again.Key.Open(); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("opened twice: %v", err)
	}
}

// Whoever has a copy of the folder guesses at the passphrase: one that is long and guessed
// all the same seals no key, as it would be no desk's.
func TestAPassphraseThatIsGuessedSealsNoKey(t *testing.T) {
	c, _, file := keyOf(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for words, short := range map[string]int{"": central.LeastPassphrase, "Xk7#pQz9m!vR4wT": central.LeastPassphrase, "紫貓乘車過橋看": central.LeastPassphrase, // fifteen characters; seven, of 21 bytes
		"aaaaaaaaaaaaaaaa": 0, "passwordpassword": 0, "correct horse battery staple": 0, "1234567890123456": 0, "恭喜發財萬事如意恭喜發財萬事如意": 0, "queen example hospital": 0} {
		var weak *ehrdesk.WeakPassphrase
		if err := c.Key.Seal([]byte(words), "Queen Example Hospital"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !errors.As(err, &weak) || weak.Short != short {
			t.Errorf("%q: %v", words, err)
		}
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the key was replaced: %v", err)
	}
}

// quickly is a key file as it is sealed, but by little work.
func quickly(t *testing.T, file string) []byte {
	t.Helper()
	plain, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	to, err := age.NewScryptRecipient(keyWords)
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(10)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = w.Write(plain)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A sealed file that was damaged, or that holds something else, is told so and left alone; one
// that wants hours of work is not worked on.
func TestADamagedSealedKeyIsToldFromAWrongPassphrase(t *testing.T) {
	_, dir, file := keyOf(t)
	sealed := quickly(t, file)
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, b := range map[string][]byte{"cut": sealed[:len(sealed)-5], "changed": changed, "more behind it": append(bytes.Clone(sealed), 'x'), "its head alone": sealed[:22], "empty": {}, "another file": []byte("hello")} {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := opened(t, dir, say(keyWords)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, b) {
			t.Errorf("%s: the file was written", name)
		}
	}
	slow := bytes.Replace(sealed, []byte(" 10\n"), []byte(" 30\n"), 1)
	if bytes.Equal(slow, sealed) {
		t.Fatal("the file does not say its work")
	}
	if err := os.WriteFile(file, slow, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := opened(t, dir, say(keyWords)); err == nil {
		t.Error("a file that wants 2^30 is worked on")
	}
}

// The file is that of age, so that it can be opened without this program.
func TestASealedKeyIsAFileOfAge(t *testing.T) {
	c, _, file := keyOf(t)
	if err := c.Key.Seal([]byte(keyWords)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	who, err := age.NewScryptIdentity(keyWords)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := age.Decrypt(bytes.NewReader(b), who); err != nil {
		t.Error(err)
	}
}
