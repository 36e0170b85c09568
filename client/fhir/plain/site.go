package plain

import (
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Site is what a site's file says of its server, which says none of it.
type Site struct {
	HKIC string `json:"hkic,omitempty"` // identifier systems; "" for ours
	EHR  string `json:"ehr,omitempty"`

	Provider Provider `json:"provider"`
	// Categories of a Consent that is a sharing consent, beside ours.
	Categories []fhir.Coding `json:"categories,omitempty"`
	// Labels says that the server labels what is restricted. Where it does not, nobody
	// knows which records are, and no copy outlives its chart.
	Labels bool             `json:"labels,omitempty"`
	Policy fhir.CachePolicy `json:"policy"`

	// Smart is this desk as an app of the server, nil where people do not sign in there.
	Smart *smart.App `json:"smart,omitempty"`

	Terms   []ehrdesk.Term   `json:"terms,omitempty"` // that may be offered
	Notices []ehrdesk.Notice `json:"notices,omitempty"`
}

// Provider is the healthcare provider whose desks these are.
type Provider struct {
	System       string `json:"system,omitempty"` // of ID at the server; "" for ours
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organization string `json:"organization,omitempty"` // logical id of its Organization
}

// Copies is the policy under which records are kept.
func (s Site) Copies() fhir.CachePolicy {
	p := s.Policy
	if !s.Labels {
		p.Mode, p.Hours, p.OfflineHours = "off", 0, 0
	}
	return p
}

// UnmarshalJSON reads what a site's file says of a server. A member that it does not know
// is refused: a policy that was misspelt would be none.
func (s *Site) UnmarshalJSON(b []byte) error {
	type bare Site
	return json.Unmarshal(b, (*bare)(s), json.RejectUnknownMembers(true), json.MatchCaseInsensitiveNames(true))
}

// Check refuses what no desk can work by. Errors: CodeInvalid, with what is wrong.
func (s Site) Check() error {
	bad := func(words string) error {
		return ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "the site's file: %s", words)
	}
	modes := []string{"", "off", "session", "hours"}
	_, kinds := ehrdesk.ParseKinds(s.Policy.Never...)
	switch {
	case s.Provider.ID != "" && !fhir.PlainID(s.Provider.ID):
		return bad("the provider's id has letters, digits and hyphens, 64 at most")
	case s.Provider.Organization != "" && !r4.ValidID(s.Provider.Organization):
		return bad("the provider's organization is a logical id")
	case !slices.Contains(modes, s.Policy.Mode), s.Policy.Hours < 0, s.Policy.OfflineHours < 0:
		return bad("the policy is a mode, off, session or hours, and hours")
	case kinds != nil:
		return bad("what is never kept are kinds of record")
	case slices.ContainsFunc(s.Categories, func(c fhir.Coding) bool { return c.System == "" || c.Code == "" }):
		return bad("a category has a system and a code")
	case slices.ContainsFunc(s.Terms, func(t ehrdesk.Term) bool { return t != ehrdesk.Indefinite && t != ehrdesk.OneYear }):
		return bad("a term is indefinite or one_year")
	}
	for _, n := range s.Notices {
		if n.ID == "" || n.Version == "" || n.Text["en"] == "" {
			return bad("a notice has an id, a version and a text, in English at least")
		}
	}
	if s.Smart != nil {
		return s.Smart.Check()
	}
	return nil
}
