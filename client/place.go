package client

import (
	"path/filepath"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// providersDir is the folder of the stores, in the state folder.
const providersDir = "providers"

// CheckPlace reports whether others on this machine could exchange a store, or
// read whose there are. The state folder shows nothing but the name of the one in
// it, so that it may be read; that one names the providers. Folders not yet there
// are made for this user alone. Errors: CodeDenied, saying what to set.
func CheckPlace(dir string) error {
	const op = "desk"
	if err := cache.CheckAround(dir, false); err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the state folder %w", err)
	}
	if err := cache.CheckAround(filepath.Join(dir, providersDir), true); err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, `the folder "providers" in the state folder %w`, err)
	}
	return nil
}
