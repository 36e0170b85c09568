package directory

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// mostChanges is how many entries of the log of keys an answer has.
const mostChanges = 2000

// Signer signs what the centre says, as a JWT of a kind.
type Signer interface {
	Says(kind string, claims any) (string, error)
}

// keys gives the entries of the log of keys after one, as they are kept, and its head as it is now, signed.
func (d *Directory) keys(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
	since, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	if err != nil || since < 0 {
		return refusal.Invalid("since is how far the desk has read: a number.")
	}
	var head keylog.Head
	var texts []string
	err = d.store.Read(r.Context(), func(tx *store.Tx) error {
		n, _, hash := tx.Accounts.Directory().LastChange()
		if n == 0 {
			hash = keylog.Genesis()
		}
		head = keylog.Head{N: n, Hash: hash, At: tx.Now.UTC().Truncate(time.Second)}
		texts = tx.Accounts.Directory().Changes(since, mostChanges)
		return nil
	})
	if err != nil {
		return err
	}
	signed, err := d.signs.Says(keylog.HeadType, head.Claims())
	if err != nil {
		return err
	}
	out := rest.List{rest.Param("head", "valueString", signed), rest.Param("more", "valueBoolean", since+int64(len(texts)) < head.N)}
	for _, text := range texts {
		out = append(out, rest.Param("entry", "valueString", text))
	}
	d.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}
