package signin

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// BenchmarkWhoAsks is what the centre does to know who asks: by the token alone, as it was,
// and by the token and its proof, on files as a centre has them.
func BenchmarkWhoAsks(b *testing.B) {
	st, err := sqlstore.Open(b.Context(), filepath.Join(b.TempDir(), "centre.db"), time.Now, func(*store.Tx) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	answers, err := rest.New(time.Now, slog.New(slog.DiscardHandler), make([]byte, 32), "https://centre.example/fhir")
	if err != nil {
		b.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		b.Fatal(err)
	}
	public := jose.JSONWebKey{Key: key.Public()}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}
	const token = "a-token-of-thirty-two-bytes-or-so"
	who := &store.Account{Client: "c", HCP: "9265400017", Staff: "s", Name: "S", Role: ehrdesk.Doctor}
	if err := st.Write(b.Context(), func(tx *store.Tx) error {
		tx.Accounts.AddProvider(&store.HCP{ID: who.HCP, Name: "Clinic"})
		tx.Accounts.Add(who)
		tx.Desks.AddToken(hashed(token), who, base64.RawURLEncoding.EncodeToString(print), time.Now().Add(time.Hour))
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	s := New(answers, st)
	request := func(n int) *http.Request {
		nonce, err := s.nonce(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/fhir/Patient/1/$everything?_count=500", nil)
		signed, err := signer.Sign(fmt.Appendf(nil, `{"jti":"%d","htm":"GET","htu":"https://centre.example/fhir/Patient/1/$everything","iat":1,"ath":"%s","nonce":"%s"}`,
			n, base64.RawURLEncoding.EncodeToString(hashed(token)), nonce))
		if err != nil {
			b.Fatal(err)
		}
		proof, err := signed.CompactSerialize()
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Authorization", "DPoP "+token)
		r.Header.Set("DPoP", proof)
		return r
	}
	made := 0
	b.Run("token", func(b *testing.B) {
		r := request(-1)
		for b.Loop() {
			if _, err := s.Still(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("proof", func(b *testing.B) {
		asked := make([]*http.Request, b.N)
		for i := range asked {
			made++
			asked[i] = request(made)
		}
		b.ResetTimer()
		for _, r := range asked {
			if _, err := s.Account(http.Header{}, r); err != nil {
				b.Fatal(err)
			}
		}
	})
}
