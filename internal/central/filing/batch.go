package filing

import (
	"crypto/sha256"
	"net/url"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// batch is what arrives together: the resources of one Bundle, file or request,
// which may refer to one another.
type batch struct {
	keys  *registry.Keys
	tx    *store.Tx
	items []*item
	from  *store.Account // who sends it; nil for the operator, whose files come from no provider

	byURL  map[string]*item
	byRef  map[string]*item
	taken  map[string]*item             // Type/target of this batch
	shared map[string]map[string]string // type to system|value to id of stored shared resources
}

func newBatch(keys *registry.Keys, tx *store.Tx, items []*item) *batch {
	b := &batch{keys: keys, tx: tx, byURL: map[string]*item{}, byRef: map[string]*item{}, taken: map[string]*item{}, shared: map[string]map[string]string{}}
	for _, it := range items {
		if it.Info == nil {
			continue
		}
		b.items = append(b.items, it)
		if it.fullURL != "" {
			b.byURL[it.fullURL] = it
		}
		for _, id := range [...]string{it.wanted(), it.ID} { // also by an id that FHIR does not allow: it gets another, here and where it is referred to
			if id != "" && b.byRef[it.Type+"/"+id] == nil {
				b.byRef[it.Type+"/"+id] = it
			}
		}
	}
	return b
}

// wanted is the id a resource comes with: its own, or the one in its fullUrl.
func (it *item) wanted() string {
	if fhir.ValidID(it.ID) {
		return it.ID
	}
	if id, ok := strings.CutPrefix(it.fullURL, "urn:uuid:"); ok && fhir.ValidID(id) {
		return id
	}
	if _, kind, id, _ := fhir.SplitReference(it.fullURL); kind == it.Type {
		return id
	}
	return ""
}

func (it *item) place() ehrdesk.Placement { return it.Place() }

// find is the entry that a reference in from names, nil for none: by fullUrl,
// relative to from's own base, or as Type/id.
func (b *batch) find(from *item, value string) (to *item, rest string) {
	if value == "" || value[0] == '#' {
		return nil, ""
	}
	plain := value
	if i := strings.IndexByte(value, '#'); i >= 0 {
		plain, rest = value[:i], value[i:]
	}
	if to := b.byURL[plain]; to != nil {
		return to, rest
	}
	if to := b.findOdd(from, plain); to != nil {
		return to, rest
	}
	if i := strings.IndexByte(plain, '?'); i > 0 && fhir.ValidType(plain[:i]) {
		return b.conditional(plain[:i], plain[i+1:]), rest
	}
	base, kind, id, rest := fhir.SplitReference(value)
	if kind == "" {
		return nil, ""
	}
	if base == "" {
		if own, _, _, _ := fhir.SplitReference(from.fullURL); own != "" {
			if to := b.byURL[own+kind+"/"+id]; to != nil {
				return to, rest
			}
		}
		return b.byRef[kind+"/"+id], rest
	}
	return b.byURL[base+kind+"/"+id], rest
}

// findOdd is the entry with an id that FHIR does not allow that a reference names:
// such a reference has no form that could be taken apart as others are.
func (b *batch) findOdd(from *item, plain string) *item {
	plain, _, _ = strings.Cut(plain, "/_history/")
	if base := baseOf(from.fullURL); base != "" {
		if to := b.byURL[base+plain]; to != nil && !fhir.ValidID(to.ID) {
			return to
		}
	}
	if to := b.byURL[plain]; to != nil {
		return to
	}
	if to := b.byRef[plain]; to != nil && !fhir.ValidID(to.ID) {
		return to
	}
	return nil
}

// baseOf is a fullUrl without the Type/id at its end, whatever the id; "" for one
// of another form.
func baseOf(full string) string {
	j := strings.LastIndexByte(full, '/')
	if j < 0 {
		return ""
	}
	i := strings.LastIndexByte(full[:j], '/')
	if i < 0 || !fhir.ValidType(full[i+1:j]) {
		return ""
	}
	return full[:i+1]
}

// inside are the names that the entries of a Bundle inside a resource have for one
// another: references by them stay as they are.
func (it *item) inside() map[string]bool {
	if it.Type != "Bundle" {
		return nil
	}
	names := map[string]bool{}
	fhir.Each(it.Raw("entry"), func(v fhir.Value) {
		e := fhir.ObjectOf(v)
		if full := e.Text("fullUrl"); full != "" {
			names[full] = true
			names[strings.TrimPrefix(full, baseOf(full))] = true
		}
		if r := e.Raw("resource"); r != nil {
			names[fhir.TextAt(r, "resourceType")+"/"+fhir.TextAt(r, "id")] = true
		}
	})
	return names
}

// conditional is the entry of this batch that Type?identifier=… names.
func (b *batch) conditional(kind, form string) *item {
	key := conditionalIdentifier(form)
	if key == "" {
		return nil
	}
	return b.conditionalKey(kind, key)
}

// conditionalKey is the entry of a type that carries system|value.
func (b *batch) conditionalKey(kind, key string) *item {
	for _, it := range b.items {
		if it.Type == kind && hasIdentifier(it.Info, key) {
			return it
		}
	}
	return nil
}

// conditionalIdentifier is "system|value" of a query that is an identifier and
// nothing else; "" for any other.
func conditionalIdentifier(form string) string {
	v, err := url.ParseQuery(form)
	if err != nil || len(v) != 1 || len(v["identifier"]) != 1 {
		return ""
	}
	return v.Get("identifier")
}

// hasIdentifier reports whether the resource carries "system|value", or "value" under any system.
func hasIdentifier(f *resource.Info, key string) bool {
	system, value, both := strings.Cut(key, "|")
	for _, i := range f.Identifiers() {
		if (both && i.System == system && i.Value == value) || (!both && i.Value == key) {
			return true
		}
	}
	return false
}

// source is what is noted of a record as where it came from: a provider, "" for the operator.
func (b *batch) source() string {
	if b.from == nil {
		return ""
	}
	return b.from.HCP
}

// storedShared is the id of the one stored shared resource with that identifier that the
// sender sent: what another provider calls by the same is another thing, or may become one.
func (b *batch) storedShared(kind, form string) (string, error) {
	key := conditionalIdentifier(form)
	if key == "" {
		return "", nil
	}
	ids, ok := b.shared[kind]
	if !ok {
		ids = map[string]string{}
		err := b.tx.Records.EachOf(kind, "", b.source(), func(id string, body []byte) error {
			f, err := resource.Scan(body)
			if err != nil {
				return err
			}
			for _, i := range f.Identifiers() {
				k := i.String()
				if _, twice := ids[k]; twice {
					ids[k] = "" // not unique: names nothing
				} else {
					ids[k] = id
				}
			}
			return nil
		})
		if err != nil {
			return "", err
		}
		b.shared[kind] = ids
	}
	return ids[key], nil
}

// resolve makes the edits that turn references within the batch, and those by
// identifier, into Type/id, and gives the references as they will be stored.
func (b *batch) resolve(it *item) error {
	it.edits = it.edits[:0]
	own := it.inside()
	for i := range it.Refs {
		r := &it.Refs[i]
		if own[r.Value] {
			continue
		}
		to, rest := b.find(it, r.Value)
		literal := ""
		switch {
		case to != nil && to.target != "" && (!r.URL || to.Type == "Binary"):
			literal = to.Type + "/" + to.target + rest
			if strings.HasPrefix(rest, "/_history/") { // versions are numbered anew
				literal = to.Type + "/" + to.target
			}
		case to == nil && !r.URL:
			kind, form, ok := strings.Cut(r.Value, "?")
			if !ok || !fhir.ValidType(kind) {
				continue
			}
			id, err := b.storedShared(kind, form)
			if err != nil {
				return err
			}
			if id == "" && kind == "Patient" {
				id = b.byNumber(conditionalIdentifier(form))
			}
			if id != "" {
				literal = kind + "/" + id
			}
		}
		if literal != "" && literal != r.Value {
			it.edits = append(it.edits, resource.Replace(r.Span, resource.Quote(literal)))
			r.Value = literal
		}
	}
	return nil
}

// assign gives each resource its logical id. One that is free, or that names
// the same thing already, is kept; one that another person's or another
// sender's resource has gets an id made from both, the same at every import.
func (b *batch) assign(it *item) {
	want := it.wanted()
	if want == "" {
		sum := sha256.Sum256(it.raw)
		want = registry.MadeID("content", it.owner, it.Type, string(sum[:]))
	}
	if it.owner == "" {
		it.fingerprint = it.sharedPrint()
	}
	for _, id := range []string{want, registry.MadeID("moved", it.owner, string(it.fingerprint), it.Type, want), registry.MadeID("moved", it.owner, string(it.fingerprint), it.Type, want, it.fullURL)} {
		other := b.taken[it.Type+"/"+id]
		if other != nil && (other.owner != it.owner || other.fullURL != it.fullURL || string(other.fingerprint) != string(it.fingerprint)) {
			continue
		}
		owner, print, found := b.tx.Records.Holder(it.Type, id)
		if found && (owner != it.owner || (owner == "" && string(print) != string(it.fingerprint)) || b.tx.Records.Get(it.Type, id).Source != b.source()) {
			continue
		}
		it.target = id
		b.taken[it.Type+"/"+id] = it
		return
	}
	it.reason = "its id is in use for something else"
}

// sharedPrint tells shared resources of one id apart: an organisation or a
// practitioner by its first identifier or its name, a product by all it says.
// A chart must never show another sender's product under a patient's reference.
func (it *item) sharedPrint() []byte {
	parts := []string{it.Type}
	switch {
	case it.place().Kind != ehrdesk.KindPersonal:
		parts = append(parts, "content", string(it.rendered("", "")))
	case len(it.Identifiers()) > 0:
		parts = append(parts, "identifier", it.Identifiers()[0].System, it.Identifiers()[0].Value)
	case it.Has("name"):
		parts = append(parts, "name", string(it.Raw("name")))
	default:
		parts = append(parts, "content", string(it.rendered("", "")))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// rendered is the resource with version and time, and whatever is settled of
// its references; with neither it is the content alone, for comparing.
func (it *item) rendered(version, updated string) []byte {
	id := it.target
	if id == "" {
		id = it.ID
	}
	edits := append(append([]resource.Edit(nil), it.edits...), it.Stamp(id, version, updated)...)
	if it.named.Text != "" {
		edits = append(edits, it.named)
	}
	return resource.Apply(it.raw, edits)
}
