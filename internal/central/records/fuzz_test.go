package records

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// FuzzSearch feeds forms to the search parser; what it accepts must make a
// query that the store understands.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"patient=a&code=s|x,y", "_id=a,b&_lastUpdated=ge2026&_sort=-_lastUpdated&_count=3", "_lastUpdated=2026-13", "%zz", "_count=-1", "category=|"} {
		f.Add(s)
	}
	st := newStore(f)
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		a, err := parseSearch(form, false)
		if err != nil || len(a.ids) > 100 || len(a.updated) > 100 {
			return
		}
		err = st.Read(context.Background(), func(tx *store.Tx) error {
			q := a.query("Observation", []string{"p"}, gate.Visible(&store.Account{Role: "doctor"}), 1)
			return tx.Charts.Search(q, func(*store.Row) error { return nil })
		})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		a.fits([]byte(`{"code":{"coding":[{"code":"x"}]},"category":["y",{"text":"z"}],"identifier":{"value":"v"}}`))
		for _, n := range namedPlainly(a.unknown) {
			if strings.ContainsAny(n, "0123456789<>\"\n") {
				t.Fatalf("a parameter's name is given back: %q", n)
			}
		}
	})
}
