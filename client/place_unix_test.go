//go:build unix

package client_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
)

// Whoever may write to a folder above a store can rename the store away and put
// another in its place.
func TestAFolderInWhichOthersCouldExchangeTheStoreIsRefused(t *testing.T) {
	w := newWorld(t, 24)
	w.dir = filepath.Join(w.dir, "state") // not there yet
	w.open()
	w.enrol("drlee", ehrdesk.Doctor)
	providers := filepath.Join(w.dir, "providers")
	for _, dir := range []string{w.dir, providers} {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s is made %v: %v", filepath.Base(dir), info.Mode(), err)
		}
	}
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dir     string
		mode    fs.FileMode
		refused bool
	}{
		{w.dir, 0o777, true}, {w.dir, 0o770, true}, {w.dir, 0o702, true}, {w.dir, os.ModeSticky | 0o777, true},
		{w.dir, 0o755, false}, // "providers" is no secret
		{w.dir, 0o500, false},
		{providers, 0o777, true}, {providers, 0o720, true}, {providers, 0o755, true}, {providers, 0o750, true}, {providers, 0o711, true},
	} {
		if err := os.Chmod(tt.dir, tt.mode); err != nil {
			t.Fatal(err)
		}
		desk := client.New(client.Options{Cost: cachetest.Cost(), Dir: w.dir, Patience: time.Minute, Now: w.deskNow})
		_, err := desk.Accounts(ctx)
		_, purged := desk.Purge(ctx)
		if e := desk.Close(); e != nil {
			t.Error(e)
		}
		want := ehrdesk.Code("")
		if tt.refused {
			want = ehrdesk.CodeDenied
		}
		if ehrdesk.CodeOf(err) != want || ehrdesk.CodeOf(purged) != want {
			t.Errorf("%s at %v: %v, %v; want %q", filepath.Base(tt.dir), tt.mode, err, purged, want)
		}
		if err := os.Chmod(tt.dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() != 0 {
		return // only root can give a folder away
	}
	for _, dir := range []string{w.dir, providers} {
		if err := os.Chown(dir, 65534, 65534); err != nil {
			t.Fatal(err)
		}
		if err := client.CheckPlace(w.dir); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s of another user: %v", filepath.Base(dir), err)
		}
		if err := os.Chown(dir, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
}
