package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/client"
)

// siteDesk is where a site's administrator limits what its desks keep.
func siteDesk() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(os.Getenv("ProgramFiles"), "ehrdesk", "desk.json")
	}
	return "/etc/ehrdesk/desk.json"
}

const maxSite = 64 << 10

// siteFile is what a site's administrator says of a desk:
//
//	{"cache": {"mode": "hours", "hours": 8, "offline_hours": 4, "never": ["note", "radiology"]}}
//
// Everything may be left out.
type siteFile struct {
	Cache struct {
		Mode         string   `json:"mode"`
		Hours        *int     `json:"hours"`
		OfflineHours *int     `json:"offline_hours"`
		Never        []string `json:"never"`
	} `json:"cache"`
}

// ceiling is the most that this desk may keep: what the administrator says, and
// what --site says where it is given; the stricter holds.
func (a *app) ceiling() (client.Ceiling, error) {
	own, err := readSite(siteDesk(), true)
	if err != nil || a.site == "" {
		return own, err
	}
	given, err := readSite(a.site, false)
	return own.And(given), err
}

// readSite reads one file. It decides what stays on this desk, so it is taken from
// the administrator alone.
func readSite(path string, optional bool) (client.Ceiling, error) {
	const op, what = "site", "the configuration of this desk"
	if _, err := os.Stat(path); optional && errors.Is(err, fs.ErrNotExist) {
		return client.Ceiling{}, nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return client.Ceiling{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, what+" has no place")
	}
	b, err := cardreader.ReadAdministered(op, what, path, maxSite)
	if err != nil {
		return client.Ceiling{}, err
	}
	return parseSite(b)
}

func parseSite(b []byte) (client.Ceiling, error) {
	const op = "site"
	var f siteFile
	if json.Unmarshal(b, &f, json.RejectUnknownMembers(true)) != nil {
		return client.Ceiling{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the configuration of this desk is not JSON of the form that it has")
	}
	c := client.Ceiling{Mode: f.Cache.Mode, Hours: f.Cache.Hours, OfflineHours: f.Cache.OfflineHours}
	var err error
	if c.Never, err = ehrdesk.ParseKinds(f.Cache.Never...); err != nil {
		return client.Ceiling{}, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	return c, c.Check()
}
