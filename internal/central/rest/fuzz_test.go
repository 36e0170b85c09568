package rest

import (
	"log/slog"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// FuzzCursor feeds pages that nobody sealed; none may open.
func FuzzCursor(f *testing.F) {
	c, err := New(time.Now, slog.New(slog.DiscardHandler), make([]byte, 32), "")
	if err != nil {
		f.Fatal(err)
	}
	who := &store.Account{HCP: "1", Staff: "s", Role: "doctor"}
	good, err := c.Seal(Cursor{Since: 1, At: 2, After: 3, Count: 4}, who, "everything/p")
	if err != nil {
		f.Fatal(err)
	}
	if cur, err := c.Unseal(good, who, "everything/p"); err != nil || cur.After != 3 {
		f.Fatalf("a sealed page does not open: %v", err)
	}
	f.Add(good[:len(good)-1] + "A")
	f.Add("")
	f.Add("!!!!")
	f.Fuzz(func(t *testing.T, text string) {
		for _, where := range []string{"everything/p", "everything/q"} {
			if _, err := c.Unseal(text, who, where); err == nil && (text != good || where != "everything/p") {
				t.Fatal("a page that nobody sealed opens")
			}
		}
	})
}
