package agefile_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/agefile"
)

func TestAPassphraseOpensWhatItSealedAndNoOtherDoes(t *testing.T) {
	sealed, err := agefile.Seal([]byte("a secret"), []byte("harbour light ferry pier"), agefile.Nothing())
	if err != nil || !agefile.Is(sealed) || bytes.Contains(sealed, []byte("a secret")) {
		t.Fatalf("%v", err)
	}
	if got, err := agefile.Open(sealed, []byte("harbour light ferry pier"), 8); err != nil || string(got) != "a secret" {
		t.Errorf("%q, %v", got, err)
	}
	cut := sealed[:len(sealed)-1]
	for name, tt := range map[string]struct {
		sealed, words []byte
		most          int
		want          error
	}{
		"another passphrase": {sealed, []byte("another one"), 8, agefile.ErrPassphrase},
		"none":               {sealed, nil, 8, agefile.ErrPassphrase},
		"cut":                {cut, []byte("harbour light ferry pier"), 8, agefile.ErrDamaged},
		"too long":           {sealed, []byte("harbour light ferry pier"), 7, agefile.ErrDamaged},
	} {
		if _, err := agefile.Open(tt.sealed, tt.words, tt.most); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nobody who says nothing of it seals a file that is cheap to guess.
func TestAGuessCostsTheFullWorkUnlessATestSaysOtherwise(t *testing.T) {
	for want, cost := range map[string]agefile.Cost{" 18\n": {}, " 1\n": agefile.Nothing()} {
		sealed, err := agefile.Seal([]byte("a secret"), []byte("harbour light ferry pier"), cost)
		if err != nil {
			t.Fatal(err)
		}
		_, stanza, _ := bytes.Cut(sealed, []byte("-> scrypt "))
		if line, _, _ := bytes.Cut(stanza, []byte("\n")); !bytes.HasSuffix(append(line, '\n'), []byte(want)) {
			t.Errorf("%q, want it to end with %q", line, want)
		}
	}
}
