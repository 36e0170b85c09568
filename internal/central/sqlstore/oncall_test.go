package sqlstore_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// whoIsOnCallIsWhatEachSaidLast.
func whoIsOnCallIsWhatEachSaidLast(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	err := c.Write(t.Context(), func(tx *store.Tx) error {
		all := tx.Accounts.Directory()
		one, two := store.OnCall{HCP: "1", Staff: "a", At: 5, Until: 9, Signed: "x"}, store.OnCall{HCP: "1", Staff: "b", At: 6, Until: 6, Signed: "y"}
		all.SetOnCall(&two)
		all.SetOnCall(&one)
		one.At, one.Until, one.Signed = 7, 8, "z"
		all.SetOnCall(&one)
		if got := all.OnCall(); !slices.Equal(got, []store.OnCall{one, two}) {
			t.Errorf("%+v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
