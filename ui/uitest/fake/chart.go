package fake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	json "github.com/go-json-experiment/json/v1"
)

type chart struct {
	d     *Desk
	a     ehrdesk.Account
	p     *person
	mu    sync.Mutex
	got   bool
	gone  bool // shredded
	away  bool // put away by a lock
	had   bool // its records were there
	by    map[ehrdesk.RecordType][]ehrdesk.Record
	hid   map[ehrdesk.RecordType]bool
	rest  map[ehrdesk.RecordType]int
	held  map[ehrdesk.Kind]bool
	rel   ehrdesk.Released
	shown []ehrdesk.Record // under rel
}

func newChart(d *Desk, a ehrdesk.Account, p *person) *chart {
	c := &chart{d: d, a: a, p: p}
	if d.Link == ehrdesk.Offline {
		c.load(len(p.records))
		c.got = true
	}
	return c
}

// shred empties the copy: the session it was kept for is over.
func (c *chart) shred() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by, c.got, c.gone = nil, false, true
}

// load files the first n records by type and access of the profession.
func (c *chart) load(n int) {
	by, rest := map[ehrdesk.RecordType][]ehrdesk.Record{}, map[ehrdesk.RecordType]int{}
	held := map[ehrdesk.Kind]bool{}
	hid := map[ehrdesk.RecordType]bool{}
	for _, k := range ehrdesk.Kinds() {
		if ehrdesk.AccessOf(c.a.Role, k) == ehrdesk.NoAccess {
			hid[k.Type()] = true
		}
	}
	for _, r := range c.p.records[:n] {
		switch a := ehrdesk.AccessOf(c.a.Role, r.Kind); {
		case r.Restricted && a != ehrdesk.NoAccess:
			rest[r.Type()]++
			held[r.Kind] = true
		case r.Kind == c.d.Unasked:
		case a == ehrdesk.General:
			by[r.Type()] = append(by[r.Type()], r)
		case a == ehrdesk.Restricted:
			rest[r.Type()]++
			held[r.Kind] = true
		}
	}
	if h := c.d.Hide; h != 0 {
		hid[h] = true
		delete(by, h)
	}
	c.mu.Lock()
	c.by, c.rest, c.hid, c.held = by, rest, hid, held
	c.mu.Unlock()
}

var _ ehrdesk.HandingOut = (*chart)(nil)

// MayHandOut is what the desk's policy allows.
func (c *chart) MayHandOut(way ehrdesk.Handout) bool { return slices.Contains(c.d.HandOut, way) }

// HandOut writes into Handed before anything is sent, unless the log cannot be written.
func (c *chart) HandOut(ctx context.Context, way ehrdesk.Handout, ref ehrdesk.Ref, send func(context.Context) error) error {
	if !c.MayHandOut(way) {
		return ehrdesk.E("fake.handout", ehrdesk.CodeDenied, nil)
	}
	if err := c.d.call(ctx, "hand out"); err != nil {
		return err
	}
	c.d.handed(string(way) + " " + strings.TrimPrefix(ref.String(), "/"))
	return send(ctx)
}

// Attachment is a document of each record, and the address of a study's images.
func (c *chart) Attachment(_ context.Context, ref ehrdesk.Ref, n int) (ehrdesk.Attachment, error) {
	if ref.Resource == "ImagingStudy" {
		return ehrdesk.Attachment{Type: "text/uri-list", Data: []byte("https://pacs.example/studies/" + ref.ID), At: n + 1, Of: 1}, nil
	}
	return ehrdesk.Attachment{Type: "image/png", Data: []byte("\x89PNG of " + ref.ID), At: n, Of: 1}, nil
}

func (c *chart) Patient() ehrdesk.Patient        { return c.p.patient }
func (c *chart) Consent() ehrdesk.SharingConsent { return c.p.consent }
func (c *chart) Notified() string                { return c.d.Notify }
func (c *chart) Close() error {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.d.Shut++
	return nil
}

func (c *chart) AsOf() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.got {
		return time.Time{}, false
	}
	if c.d.Link == ehrdesk.Offline {
		return Clock().Add(-130 * time.Minute), true
	}
	return Clock(), false
}

func (c *chart) Sync(ctx context.Context, progress func(ehrdesk.Progress)) (ehrdesk.SyncReport, error) {
	n := len(c.p.records)
	progress(ehrdesk.Progress{Done: n * 2 / 5, Total: n})
	if err := c.d.call(ctx, "sync"); err != nil {
		return ehrdesk.SyncReport{}, err
	}
	if c.d.Link == ehrdesk.Offline {
		return ehrdesk.SyncReport{}, ehrdesk.E("fake.sync", ehrdesk.CodeOffline, nil)
	}
	c.load(n)
	c.mu.Lock()
	first := !c.got
	c.got = true
	c.mu.Unlock()
	r := ehrdesk.SyncReport{Received: n, At: Clock(), Full: first}
	if first {
		r.Changed = n
	}
	return r, nil
}

func (c *chart) Summary() []ehrdesk.TypeSummary {
	c.Released()
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []ehrdesk.TypeSummary
	for _, t := range ehrdesk.RecordTypes() {
		s := ehrdesk.TypeSummary{Type: t, Count: len(c.by[t]), Restricted: c.rest[t], Hidden: c.hid[t]}
		if k := c.d.Unasked; k != 0 && k.Type() == t {
			s.Unasked = []ehrdesk.Kind{k}
		}
		for _, k := range ehrdesk.Kinds() {
			if k.Type() == t && c.held[k] && !slices.Contains(c.rel.Kinds, k) {
				s.Held = append(s.Held, k)
			}
		}
		for _, r := range c.shown {
			if r.Type() == t {
				s.Count++
				s.Restricted--
			}
		}
		if len(c.by[t]) > 0 {
			s.Newest = c.by[t][0].Date
		}
		out = append(out, s)
	}
	return out
}

func (c *chart) List(t ehrdesk.RecordType) []ehrdesk.Record {
	c.Released()
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []ehrdesk.Record
	for _, r := range c.shown {
		if r.Type() == t {
			out = append(out, r)
		}
	}
	if out == nil {
		return c.by[t]
	}
	return append(out, c.by[t]...)
}

func (c *chart) Allergies() ehrdesk.Allergies {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.got {
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "not_synced"}
	}
	if ehrdesk.AccessOf(c.a.Role, ehrdesk.KindAllergy) != ehrdesk.General {
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "role"}
	}
	return c.p.allergies
}

func (c *chart) Search(q string) []ehrdesk.Record {
	query := find.Parse(q)
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []ehrdesk.Record
	for _, t := range ehrdesk.RecordTypes() {
		for i := range c.by[t] {
			if contains(&c.by[t][i], query) {
				out = append(out, c.by[t][i])
			}
		}
	}
	return out
}

// SearchKept finds nothing: nothing is left out.
func (c *chart) SearchKept(context.Context, string) ([]ehrdesk.Record, int, error) {
	return nil, 0, nil
}

// Excerpt is of what a list says; the note that every record has comes last.
func (c *chart) Excerpt(query string, ref ehrdesk.Ref, cells int) (e ehrdesk.Excerpt) {
	r, ok := c.record(ref)
	q := find.Parse(query)
	if !ok || q.Empty() {
		return e
	}
	f := r.Facts()
	lines := []string{r.Title, r.Source}
	f.Texts(func(s string) { lines = append(lines, s) })
	for i, line := range append(lines, noteOfAll) {
		if q.Units(fold.String(line)) == 0 {
			continue
		}
		switch i {
		case 0:
		case len(lines):
			e.Place = ehrdesk.InNote
		default:
			e.Place = ehrdesk.InValue
		}
		cut := q.Excerpt(line, cells)
		e.Text = cut.Text
		for _, k := range cut.Marks {
			e.Marks = append(e.Marks, ehrdesk.Mark{From: k.From, To: k.To})
		}
		break
	}
	return e
}

// noteOfAll is a note that every record has.
const noteOfAll = "Specimen slightly haemolysed; repeat if clinically indicated. 樣本輕微溶血，如臨床需要請重做。"

func (c *chart) record(r ehrdesk.Ref) (ehrdesk.Record, bool) {
	for i := range c.p.records {
		if c.p.records[i].ID == r.ID && c.p.records[i].Resource == r.Resource {
			return c.p.records[i], true
		}
	}
	return ehrdesk.Record{}, false
}

// Marks go by what a test has said of a record, whoever has opened it.
func (c *chart) Marks(ref ehrdesk.Ref) ehrdesk.RecordMark {
	m := c.d.Marked[ref]
	if slices.ContainsFunc(c.d.Signed[ref], func(s ehrdesk.Signature) bool { return s.State == ehrdesk.SignatureInvalid }) {
		m |= ehrdesk.MarkBroken
	}
	return m
}

func (c *chart) Detail(ctx context.Context, ref ehrdesk.Ref) (ehrdesk.Detail, error) {
	if err := c.d.call(ctx, "detail"); err != nil {
		return ehrdesk.Detail{}, err
	}
	r, ok := c.record(ref)
	if !ok {
		return ehrdesk.Detail{}, ehrdesk.E("fake.detail", ehrdesk.CodeNotFound, nil)
	}
	d := ehrdesk.Detail{Record: r, Elements: c.d.Elements[ref], Signatures: c.d.Signed[ref]}
	if ref.Resource == "ImagingStudy" {
		d.Links = 1
	}
	if d.Elements != nil {
		return d, nil
	}
	var path [4]string
	add := func(depth int, label, value string) {
		path[depth] = elementName(label)
		d.Elements = append(d.Elements, ehrdesk.Element{Depth: depth, Path: strings.Join(path[:depth+1], "."), Label: label, Value: value})
	}
	add(0, "Resource type", r.Resource)
	add(0, "Id", r.ID)
	add(0, "Meta", "")
	add(1, "Version id", r.Version)
	add(1, "Last updated", r.Updated.Format(time.RFC3339))
	d.Elements[len(d.Elements)-1].When = ehrdesk.At(r.Updated)
	add(0, "Status", r.Status)
	d.Elements[len(d.Elements)-1].Coded = true
	add(0, "Code", r.Title)
	add(1, "Text", r.Title)
	add(1, "Coding", "")
	add(2, "System", "http://loinc.org")
	add(2, "Code", "2823-3")
	add(2, "Display", r.Title)
	add(0, "Effective", r.Date.String())
	d.Elements[len(d.Elements)-1].When = r.Date
	if f := r.Facts(); len(f.Results) > 0 {
		add(0, "Value quantity", strings.TrimSpace(f.Results[0].Value.Low.Number+f.Results[0].Value.Text+" "+f.Results[0].Value.Low.Unit))
		add(1, "Value", f.Results[0].Value.Low.Number+f.Results[0].Value.Text)
		add(1, "Unit", f.Results[0].Value.Low.Unit)
		if len(f.Results[0].Ranges) > 0 {
			g := f.Results[0].Ranges[0]
			add(0, "Reference range", g.Text)
			add(1, "Low", g.Low.Number)
			add(1, "High", g.High.Number)
		}
	}
	add(0, "Performer", r.Source)
	add(0, "Note", noteOfAll)
	if strings.HasPrefix(r.ID, "scan") {
		add(0, "Content", "")
		add(1, "Attachment", "")
		add(2, "Content type", "image/png")
		add(2, "Data", "")
		d.Elements[len(d.Elements)-1].Remark = ehrdesk.Remark{Kind: ehrdesk.RemarkImage, Size: 4000, Word: "image/png"}
	}
	return d, nil
}

// elementName is the FHIR name that a label was made of.
func elementName(label string) string {
	words := strings.Fields(label)
	for i, w := range words {
		if i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		} else {
			w = strings.ToLower(w)
		}
		words[i] = w
	}
	return strings.Join(words, "")
}

func (c *chart) Raw(_ context.Context, ref ehrdesk.Ref) ([]byte, error) {
	r, ok := c.record(ref)
	if !ok {
		return nil, ehrdesk.E("fake.raw", ehrdesk.CodeNotFound, nil)
	}
	v, err := json.Marshal(map[string]any{"resourceType": r.Resource, "id": r.ID, "status": r.Status, "code": map[string]string{"text": r.Title}})
	if err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	return v, nil
}

// Truth is what is known to be lacking.
func (c *chart) Truth() ehrdesk.Truth { return c.d.Truth }

// ReadTexts reads everything at once.
func (c *chart) ReadTexts(ctx context.Context, progress func(done, total int)) error {
	if err := c.d.call(ctx, "texts"); err != nil {
		return err
	}
	progress(len(c.p.records), len(c.p.records))
	return nil
}

// Unread is what the desk was told.
func (c *chart) Unread() ehrdesk.Unread { return c.d.Unread }
