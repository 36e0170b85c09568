package fhir

import (
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Directory is the centre's directory as it said it, list by list; it is kept as JSON.
type Directory struct {
	At            time.Time               `json:"at"`   // the centre's clock when the asking began
	Tags          map[string]string       `json:"tags"` // of each list, by type, as the centre names its state
	Organizations []DirectoryOrganization `json:"organizations"`
	People        []DirectoryPerson       `json:"people"`
	Roles         []DirectoryRole         `json:"roles"`
	Services      []DirectoryService      `json:"services"`
}

// DirectoryOrganization is a provider.
type DirectoryOrganization struct {
	HCP     string `json:"hcp"`
	Name    string `json:"name"`
	Chinese string `json:"chinese,omitempty"`
	Active  bool   `json:"active"`
	View    bool   `json:"view"`
	Deposit bool   `json:"deposit"`
}

// DirectoryPerson is somebody at a provider.
type DirectoryPerson struct {
	HCP    string         `json:"hcp"`
	Staff  string         `json:"staff"`
	Name   string         `json:"name"`
	Active bool           `json:"active"`
	Keys   []DirectoryKey `json:"keys,omitempty"`
}

// DirectoryKey is a key by which somebody signs: its id, the JWK, and from when until when it counted.
type DirectoryKey struct {
	ID    string         `json:"id"`
	JWK   jsontext.Value `json:"jwk"`
	Since time.Time      `json:"since,omitzero"`
	Until time.Time      `json:"until,omitzero"`
}

// DirectoryRole is what somebody is at a provider, and since when no more.
type DirectoryRole struct {
	HCP   string             `json:"hcp"`
	Staff string             `json:"staff"`
	Role  ehrdesk.Profession `json:"role"`
	Ended time.Time          `json:"ended,omitzero"`

	OnCall string `json:"on_call,omitempty"` // what they last said of whether they are on call, as they signed it
}

// DirectoryService is what a provider offers.
type DirectoryService struct {
	ID        string `json:"id"`
	HCP       string `json:"hcp"`
	Specialty string `json:"specialty"`
	Name      string `json:"name"`
	Active    bool   `json:"active"`
}

// GetIf reads what a link leads to, unless it is still as a tag says. tag is the new one, "" where the centre gives none.
func GetIf(ctx context.Context, c *Client, op, ref, had string) (ans Answer, tag string, same bool, err error) {
	var condition http.Header
	if had != "" {
		condition = http.Header{"If-None-Match": {had}}
	}
	ans, err = c.do(ctx, call{op: op, method: http.MethodGet, ref: ref, most: MaxAnswer, condition: condition})
	if had != "" && ans.Status == http.StatusNotModified {
		return Answer{}, had, true, nil
	}
	return ans, ans.tag, false, err
}

// KeyLogOut are entries of the log of keys as the centre tells them, and its head as it is now, signed.
type KeyLogOut struct {
	Head    string
	More    bool
	Entries []string
}
