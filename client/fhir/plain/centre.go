// Package plain is any FHIR R4 server as a centre that desks work with: searches, reads
// and writes of the standard, and no operation of ours. It promises that nothing is
// claimed of a patient that the server did not say; that what the server filters is
// filtered again; that a list counts as whole only when a count or two readings alike
// show it; that an act is looked for before it is sent, and that nothing which was found
// is written over but to withdraw it. What is found out about the server stays in memory,
// and Caps gives it to whoever keeps it.
package plain

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Asker is who works at the desk.
type Asker struct {
	Staff string
	Role  ehrdesk.Profession
}

// Centre is a FHIR R4 server as one person's desk sees it.
type Centre struct {
	wire *fhir.Client
	site Site
	who  Asker

	mu   sync.Mutex
	caps caps.Caps
}

// New is the server at the other end of wire, of which known is known.
func New(wire *fhir.Client, site Site, known caps.Caps, who Asker) *Centre {
	return &Centre{wire: wire, site: site, caps: known, who: who}
}

// Caps is what is known of the server by now.
func (c *Centre) Caps() caps.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.caps
}

// learn notes what the server was seen to do.
func (c *Centre) learn(n caps.Name, is caps.Answer, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.caps.Can[n]; f.Is != is || f.Said {
		c.caps = c.caps.With(n, is, at)
	}
}

// query is a page of a list, asked for as the server takes it.
func (c *Centre) query(resource, link string, form url.Values) fhir.Query {
	return fhir.Query{Resource: resource, Link: link, Form: form, Post: c.Caps().Is(caps.SearchByGet) == caps.No}
}

// either runs what searches by GET, and once more by POST where that is refused and nobody
// has seen a search by GET answered.
func (c *Centre) either(run func() error) error {
	err := run()
	known := c.Caps()
	if known.Is(caps.SearchByGet) != "" {
		return err
	}
	if !refused(err) {
		if err == nil {
			c.learn(caps.SearchByGet, caps.Yes, known.At)
		}
		return err
	}
	c.learn(caps.SearchByGet, caps.No, known.At)
	again := run()
	if refused(again) {
		c.mu.Lock()
		c.caps = c.caps.Without(caps.SearchByGet)
		c.mu.Unlock()
	}
	return again
}

// look tries what needs a patient to be tried on, once.
func (c *Centre) look(ctx context.Context, patient string) error {
	found, err := caps.Patient(ctx, c.wire, c.Caps(), patient)
	c.take(found)
	return err
}

// take keeps what was found where nothing was known, or only what the server says.
func (c *Centre) take(found caps.Caps) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n, f := range found.Can {
		if c.caps.Can[n].Is == "" || c.caps.Can[n].Said && !f.Said {
			c.caps = c.caps.With(n, f.Is, f.At)
		}
	}
}

// Can reports whether the server takes a kind of act; of AuditOpen, whether it takes
// access events, which this desk's own log has in any case. An identity is verified at
// our centre alone.
func (c *Centre) Can(op ehrdesk.AuditAction) bool {
	switch op {
	case ehrdesk.AuditGrant:
		return c.Caps().Is(caps.Consents) != caps.No
	case ehrdesk.AuditRevoke: // it protects, with its proof or without
		known := c.Caps()
		return known.Is(caps.Consents) != caps.No || known.Types["Consent"].Update
	case ehrdesk.AuditOpen, ehrdesk.AuditOpenCached:
		return c.Caps().Is(caps.Audit) != caps.No
	}
	return false
}

// Offer is what may be put to a patient: the site's notices and terms, and a signed form.
// A card, an Access Key, the app and the telephone are proved at our centre alone.
func (c *Centre) Offer(context.Context) (ehrdesk.Offer, error) {
	o := ehrdesk.Offer{Terms: slices.Clone(c.site.Terms), Notices: slices.Clone(c.site.Notices)}
	if len(o.Terms) == 0 {
		o.Terms = []ehrdesk.Term{ehrdesk.Indefinite}
	}
	if c.Can(ehrdesk.AuditGrant) {
		o.Channels = []ehrdesk.Channel{ehrdesk.ByForm}
	}
	return o, nil
}

// NotTaken is why a channel is not offered, by language; nil for one that is.
func (c *Centre) NotTaken(ch ehrdesk.Channel) map[string]string {
	if ch == ehrdesk.ByForm {
		return c.Caps().Lack(caps.Consents)
	}
	return map[string]string{
		"en":      "this server cannot check a card, an Access Key, the app or the telephone: take the consent by signed form",
		"zh-Hant": "此伺服器未能核實身份證、Access Key、應用程式或電話：請以簽署表格取得同意",
		"zh-Hans": "此服务器未能核实身份证、Access Key、应用程序或电话：请以签署表格取得同意",
	}
}

// sharing is which Consents count.
func (c *Centre) sharing(patients ...string) fhir.Sharing {
	return fhir.Sharing{Patients: patients, Base: c.wire.Base(), Provider: c.by().provider(), Organization: c.site.Provider.Organization,
		Categories: append([]fhir.Coding{{System: ehrdesk.SystemConsent, Code: "sharing"}}, c.site.Categories...)}
}

// by is who writes.
func (c *Centre) by() author { return author{c.site, c.who} }

// identifier is a number as the server knows it.
func (c *Centre) identifier(n ehrdesk.Number) r4.Identifier {
	system, value := n.Identifier()
	switch {
	case !n.HKIC.IsZero():
		system = cmp.Or(c.site.HKIC, system)
	case !n.EHR.IsZero():
		system = cmp.Or(c.site.EHR, system)
	}
	return r4.Identifier{System: system, Value: value}
}

// clock is the server's clock of an answer, or this desk's where it gave none.
func clock(ans fhir.Answer) time.Time {
	if ans.Date.IsZero() {
		return time.Now()
	}
	return ans.Date
}
