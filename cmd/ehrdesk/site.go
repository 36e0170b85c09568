package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/handout"
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
//	{"cache": {"mode": "hours", "hours": 8, "offline_hours": 4, "never": ["note", "radiology"]}, "codes": "codes.csv"}
//
// Everything may be left out. Handout are the ways in which records may be handed out, of
// those the centre allows; viewers and printer are the programs that take them, by their
// absolute paths (internal/handout):
//
//	{"handout": ["view", "print"], "viewers": [{"types": ["application/pdf", "image/*"], "command": ["/usr/bin/mupdf"]}], "printer": ["/usr/bin/lp"]}
//
// Links are what the address of images at another system may begin with; a viewer of
// text/uri-list opens it:
//
//	{"viewers": [{"types": ["text/uri-list"], "command": ["/usr/local/bin/open-study"]}], "links": ["https://pacs.hospital.example/"]}
//
// TLS is what a centre shows beside TLS 1.3: a certificate of one of the authorities in a
// file (PEM) instead of those of the operating system, and of each set of pins one key in
// its chain (client.Trust):
//
//	{"tls": {"roots": "hospital-ca.pem", "pins": ["sha256/…", "sha256/…"], "certificate": true}}
//
// With certificate the desk shows its own (ehrdesk certificate) to a centre that asks for one.
//
// Server is what a FHIR R4 server that is not eHealth's does not say of itself
// (client.Site): identifier systems, the provider as the server knows it, which Consents
// count, whether what is restricted is labelled, under which policy copies are kept, what
// is put to patients:
//
//	{"server": {"hkic": "https://hospital.example/hkic", "provider": {"system": "https://hospital.example/org", "id": "kcfc"}, "labels": true, "policy": {"mode": "hours", "hours": 8, "offline_hours": 4}}}
//
// Smart, in server, is this desk as an app at a server whose own page asks who signs in
// (client/fhir/smart): the id of a public client, the scopes beside openid and fhirUser, the
// port of the redirect to 127.0.0.1 where it has to be a certain one, and a browser:
//
//	{"server": {"smart": {"client_id": "ehrdesk", "scopes": ["user/*.rs", "offline_access"], "port": 8765, "browser": "/usr/bin/xdg-open"}}}
//
// Codes is a table of names for local codes
// (ehrdesk.ParseLocalCodes), in the folder of the file where its path is relative.
//
// Knowledge is a folder of tables of safety rules in the place of the program's, as ehrdesk
// knowledge import makes one, in the folder of the file where its path is relative:
//
//	{"knowledge": "tables-2026.11"}
//
// Signers is a file of authorities in PEM: a signature of another system's counts where its certificate leads to one of them:
//
//	{"signers": "signers-ca.pem"}
//
// Authorities are those of providers by their numbers (ehrdesk authority), in PEM: a certificate beside a signature of one of a
// provider's people is held against the provider's own and no other:
//
//	{"provider_authorities": {"9265486345": "harbour-light.pem"}}
//
// Drafts are the programs that write drafts (internal/draftcommand); host says where the
// text goes, "this machine" or the name of another, which takes a setting more:
//
//	{"drafts": [{"name": "scribe", "version": "1.2", "command": ["/opt/scribe/bin/scribe"], "host": "this machine", "fields": ["medication", "diagnosis"]}], "drafts_leave_this_machine": false}
//
// Forms is a folder of the site's own forms, Questionnaires and the ValueSets that they ask for (*.json, docs/forms.md), in the
// folder of the file where its path is relative; one of the name of a form that every desk has stands in its place:
//
//	{"forms": "forms"}
//
// Reports is a table of which reports have somebody look at them, in the place of the program's own (docs/reports.md), in the
// folder of the file where its path is relative:
//
//	{"reports": "reports.csv"}
//
// Second names the forms that a second person approves before they leave, also where the form does not say so:
//
//	{"second_person": ["referral-letter", "sick-leave-certificate"]}
//
// SecondActs names the acts on one person's word that one approves, besides those that the centre names for the provider
// (ehrdesk.OneWords):
//
//	{"second_person_acts": ["consent-by-form", "identity-by-document"]}
//
// Archive is a file of the organisation's archive key (ehrdesk archive key), to which sealed cases are sealed when they have ended, in the
// folder of the file where its path is relative:
//
//	{"case_archive_key": "archive.key.pub"}
//
// Marks has a watermark stand on everything that is read in sealed cases:
//
//	{"case_watermark": true}
//
// ApprovedExports has no copy of a record leave that no colleague approved in a sealed case about the patient:
//
//	{"approved_exports": true}
type siteFile struct {
	Archive string `json:"case_archive_key"`
	Marks   bool   `json:"case_watermark"`

	ApprovedExports bool `json:"approved_exports"`

	Reports string   `json:"reports"`
	Second  []string `json:"second_person"`

	SecondActs []string `json:"second_person_acts"`

	Forms   string            `json:"forms"`
	Server  *client.Site      `json:"server"`
	Codes   string            `json:"codes"`
	Tables  string            `json:"knowledge"`
	Drafts  []draftSite       `json:"drafts"`
	Leave   bool              `json:"drafts_leave_this_machine"`
	Signs   string            `json:"signers"`
	Certify map[string]string `json:"provider_authorities"`
	TLS     struct {
		Roots string   `json:"roots"`
		Pins  []string `json:"pins"`
		// Certificate has the desk show its own to a centre that asks for one.
		Certificate bool `json:"certificate"`
	} `json:"tls"`
	Cache struct {
		Mode         string   `json:"mode"`
		Hours        *int     `json:"hours"`
		OfflineHours *int     `json:"offline_hours"`
		Never        []string `json:"never"`
		Ahead        *bool    `json:"fetch_ahead"` // false: no record is fetched before it is opened; left out, the centre decides
	} `json:"cache"`
	Viewers []struct {
		Types   []string `json:"types"`
		Command []string `json:"command"`
	} `json:"viewers"`
	Links   []string  `json:"links"`
	Printer []string  `json:"printer"`
	Handout *[]string `json:"handout"` // left out: no limit of the desk's own
}

// ceiling is the most that this desk may keep: what the administrator says, and
// what --site says where it is given; the stricter holds.
func (a *app) ceiling() (client.Ceiling, error) {
	own, err := readSite(siteDesk(), true)
	if err != nil {
		return client.Ceiling{}, err
	}
	limit, err := own.ceiling()
	if err != nil || a.site == "" {
		return limit, err
	}
	given, err := readSite(a.site, false)
	if err != nil {
		return client.Ceiling{}, err
	}
	more, err := given.ceiling()
	return limit.And(more), err
}

// serverSite is what is said of a FHIR R4 server: by the administrator's own file where that
// says anything, else by the file that --site names.
func (a *app) serverSite() (client.Site, error) {
	own, err := readSite(siteDesk(), true)
	if err == nil && own.Server == nil && a.site != "" {
		own, err = readSite(a.site, false)
	}
	if err != nil || own.Server == nil {
		return client.Site{}, err
	}
	return *own.Server, own.Server.Check()
}

// trust is what a centre has to show: what the administrator says, and what --site says
// where it is given. Pins of both hold; roots are the administrator's where there are any.
func (a *app) trust() (t client.Trust, err error) {
	for _, at := range []struct {
		path     string
		optional bool
	}{{siteDesk(), true}, {a.site, false}} {
		if at.path == "" {
			continue
		}
		f, err := readSite(at.path, at.optional)
		if err != nil {
			return t, err
		}
		if len(f.TLS.Pins) > 0 {
			t.Pins = append(t.Pins, f.TLS.Pins)
		}
		if f.TLS.Roots == "" || t.Roots != nil {
			continue
		}
		if t.Roots, err = readBeside(at.path, f.TLS.Roots, "trust", "the file of roots", maxSite); err != nil {
			return t, err
		}
	}
	return t, nil
}

// shows is whether the desk shows its certificate: where either file says so.
func (a *app) shows() (bool, error) {
	own, err := readSite(siteDesk(), true)
	if err != nil || own.TLS.Certificate || a.site == "" {
		return own.TLS.Certificate, err
	}
	given, err := readSite(a.site, false)
	return given.TLS.Certificate, err
}

// readBeside reads a file that a site's file names, which is the administrator's as that
// is; a relative path begins at the folder of that.
func readBeside(site, path, op, what string, most int) ([]byte, error) {
	site, err := filepath.Abs(site)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s has no place", what)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(site), path)
	}
	return cardreader.ReadAdministered(op, what, path, most)
}

// hand is what records are handed out by: the programs of the file that --site names where
// it has any, else those of the administrator's own.
func (a *app) hand() (*handout.Hand, error) {
	f, err := readSite(siteDesk(), true)
	if err != nil {
		return nil, err
	}
	if a.site != "" {
		given, err := readSite(a.site, false)
		if err != nil {
			return nil, err
		}
		if given.Viewers != nil || given.Printer != nil {
			f = given
		}
	}
	p := handout.Programs{Links: f.Links, Printer: f.Printer}
	for _, v := range f.Viewers {
		p.Viewers = append(p.Viewers, handout.Viewer{Types: v.Types, Command: v.Command})
	}
	return handout.New(p), p.Check()
}

// localCodes are the site's names for codes: those of the file that --site names,
// else those of the administrator's own. nil where neither has any.
func (a *app) localCodes() (*ehrdesk.LocalCodes, error) {
	path, optional := siteDesk(), true
	if a.site != "" {
		f, err := readSite(a.site, false)
		if err != nil {
			return nil, err
		}
		if f.Codes != "" {
			path, optional = a.site, false
		}
	}
	f, err := readSite(path, optional)
	if err != nil || f.Codes == "" {
		return nil, err
	}
	const op, what = "codes", "the table of codes"
	b, err := readBeside(path, f.Codes, op, what, ehrdesk.MaxLocalCodes)
	if err != nil {
		return nil, err
	}
	codes, line, err := ehrdesk.ParseLocalCodes(bytes.NewReader(b))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s cannot be used: line %d: %v", what, line, ehrdesk.Message(err))
	}
	return codes, nil
}

// reportRules are the lines of the site's table of which reports have somebody look at them, nil for the program's own. A table of
// which a line cannot be used is none: a report would come that nobody is told to look at.
func (a *app) reportRules() (*[]ehrdesk.ReportRule, error) {
	f, path, err := a.siteWith(func(f *siteFile) bool { return f.Reports != "" })
	if err != nil || f == nil {
		return nil, err
	}
	const op, what = "reports", "the table of reports"
	b, err := readBeside(path, f.Reports, op, what, ehrdesk.MaxReportRules)
	if err != nil {
		return nil, err
	}
	rules, line, err := ehrdesk.ParseReportRules(bytes.NewReader(b))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s cannot be used: line %d: %v", what, line, ehrdesk.Message(err))
	}
	return &rules, nil
}

// signers are the authorities whose certificates of signers the site believes.
func (a *app) signers() (client.Signers, error) {
	const op, what = "signers", "the file of signers' authorities"
	var systems []byte
	f, path, err := a.siteWith(func(f *siteFile) bool { return f.Signs != "" })
	if err == nil && f != nil {
		systems, err = readBeside(path, f.Signs, op, what, maxSite)
	}
	if err != nil {
		return client.Signers{}, err
	}
	f, path, err = a.siteWith(func(f *siteFile) bool { return len(f.Certify) > 0 })
	if err != nil {
		return client.Signers{}, err
	}
	providers := map[string][]byte{}
	if f != nil {
		for hcp, file := range f.Certify {
			if providers[hcp], err = readBeside(path, file, op, what, maxSite); err != nil {
				return client.Signers{}, err
			}
		}
	}
	return client.ReadSigners(systems, providers)
}

// siteWith is the file that --site names where it has what is asked for, else the administrator's own where that has; nil
// where neither has. path is where it lies.
func (a *app) siteWith(has func(*siteFile) bool) (f *siteFile, path string, err error) {
	for _, at := range []struct {
		path     string
		optional bool
	}{{a.site, false}, {siteDesk(), true}} {
		if at.path == "" {
			continue
		}
		read, err := readSite(at.path, at.optional)
		if err != nil {
			return nil, "", err
		}
		if has(&read) {
			return &read, at.path, nil
		}
	}
	return nil, "", nil
}

// readSite reads one file. It decides what stays on this desk, so it is taken from
// the administrator alone.
func readSite(path string, optional bool) (siteFile, error) {
	const op, what = "site", "the configuration of this desk"
	if _, err := os.Stat(path); optional && errors.Is(err, fs.ErrNotExist) {
		return siteFile{}, nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return siteFile{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, what+" has no place")
	}
	b, err := cardreader.ReadAdministered(op, what, path, maxSite)
	if err != nil {
		return siteFile{}, err
	}
	return parseSite(b)
}

func parseSite(b []byte) (siteFile, error) {
	var f siteFile
	if json.Unmarshal(b, &f, json.RejectUnknownMembers(true)) != nil {
		return siteFile{}, ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "the configuration of this desk is not JSON of the form that it has")
	}
	return f, nil
}

// ceiling is the most that the file lets the desk keep.
func (f siteFile) ceiling() (client.Ceiling, error) {
	const op = "site"
	c := client.Ceiling{Mode: f.Cache.Mode, Hours: f.Cache.Hours, OfflineHours: f.Cache.OfflineHours, NotAhead: f.Cache.Ahead != nil && !*f.Cache.Ahead}
	var err error
	if c.Never, err = ehrdesk.ParseKinds(f.Cache.Never...); err != nil {
		return client.Ceiling{}, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	if f.Handout != nil {
		ways, err := ehrdesk.ParseHandouts(*f.Handout...)
		if err != nil {
			return client.Ceiling{}, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
		}
		c.Handout = append([]ehrdesk.Handout{}, ways...)
	}
	return c, c.Check()
}
