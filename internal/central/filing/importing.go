package filing

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// ImportReport is what became of one patient of a file, or of its shared
// resources where it holds no patient. Counts are by resource type; a resource
// that an earlier import brought counts as well. Linked says which of Resources
// are shared ones, which belong to no one patient.
type ImportReport struct {
	File       string         `json:"file"`
	Patient    string         `json:"patient"` // logical id
	EHR        string         `json:"ehr_number,omitempty"`
	HKIC       string         `json:"hkic,omitempty"`
	AccessKey  string         `json:"access_key,omitempty"`
	Resources  map[string]int `json:"resources"`
	OutOfScope map[string]int `json:"out_of_scope"`
	Linked     map[string]int `json:"linked"`
	Changed    int            `json:"changed"` // new resources and new versions
	Rejected   []Rejected     `json:"rejected,omitempty"`
}

// Rejected names a resource that could not be kept, and why.
type Rejected struct {
	Resource string `json:"resource"`
	ID       string `json:"id,omitempty"`
	Reason   string `json:"reason"`
}

// maxImport bounds a file held in memory.
const maxImport = 1 << 30

// Import takes a file of FHIR R4 resources: a Bundle of any type, one resource,
// or NDJSON. Each patient becomes a participant. The file counts as a whole: it
// is stored in one transaction or not at all. name is given back in the reports.
// Errors: CodeInvalid for JSON that is malformed or no FHIR.
func (f *Files) Import(ctx context.Context, r io.Reader, name string) ([]ImportReport, error) {
	const op = "import"
	data, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be read")
	}
	if len(data) > maxImport {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file is larger than 1 GiB")
	}
	groups, err := parseStream(data)
	if err != nil {
		return nil, refusal.InGo(op, err)
	}
	var reports []ImportReport
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		reports = nil
		for _, in := range groups {
			out, err := f.importGroup(tx, in, name)
			if err != nil {
				return err
			}
			reports = append(reports, out...)
		}
		return nil
	})
	return reports, refusal.InGo(op, err)
}

// importGroup stores what came together and reports by patient.
func (f *Files) importGroup(tx *store.Tx, in incoming, name string) ([]ImportReport, error) {
	if in.bundle == "history" { // newest first in the file, oldest first into the store
		for i, j := 0, len(in.items)-1; i < j; i, j = i+1, j-1 {
			in.items[i], in.items[j] = in.items[j], in.items[i]
		}
	}
	b := newBatch(f.keys, tx, in.items)
	if err := b.settle(); err != nil {
		return nil, err
	}
	var order []string
	byPatient := map[string]*ImportReport{}
	report := func(patient string) *ImportReport {
		r := byPatient[patient]
		if r == nil {
			r = &ImportReport{File: name, Patient: patient, Resources: map[string]int{}, OutOfScope: map[string]int{}, Linked: map[string]int{}}
			byPatient[patient] = r
			order = append(order, patient)
		}
		return r
	}
	single := ""
	for _, it := range b.items {
		if it.Type == "Patient" && it.reason == "" {
			report(it.target)
			single = it.target
		}
	}
	if len(order) != 1 {
		single = ""
	}
	patientsFirst(b.items)
	for _, it := range b.items {
		r := report(reportedUnder(it, single))
		if it.reason == "" && it.place().Sharable {
			out, err := put(tx, it, "", true)
			if refused, ok := refusal.As(err); ok {
				it.reason, err = refused.Text, nil
			}
			if err != nil {
				return nil, err
			}
			if out.Changed {
				r.Changed++
			}
		}
		r.count(it)
	}
	for _, it := range in.items {
		if it.fault != nil {
			r := report(single)
			r.Rejected = append(r.Rejected, Rejected{Resource: it.ref.Resource, ID: it.ref.ID, Reason: reasonOf(it.fault)})
		}
	}
	var out []ImportReport
	for _, patient := range order {
		r := byPatient[patient]
		f.nameNumbers(tx, r)
		out = append(out, *r)
	}
	return out, nil
}

// patientsFirst puts the patients before their records, whatever the order of the
// file: a record may name its patient by an identifier that only the Patient has.
func patientsFirst(items []*item) {
	slices.SortStableFunc(items, func(a, b *item) int {
		switch patient, other := a.Type == "Patient", b.Type == "Patient"; {
		case patient && !other:
			return -1
		case other && !patient:
			return 1
		}
		return 0
	})
}

// reportedUnder is the line a resource is counted on: its patient's, or that of
// the only patient of the file.
func reportedUnder(it *item, single string) string {
	if it.owner != "" && it.reason == "" {
		return it.owner
	}
	return single
}

func (r *ImportReport) count(it *item) {
	place := it.place()
	switch {
	case it.reason != "":
		r.Rejected = append(r.Rejected, Rejected{Resource: it.Type, ID: named(cmp.Or(it.wanted(), it.ID)), Reason: it.reason})
	case !place.Sharable:
		r.OutOfScope[it.Type]++
	default:
		r.Resources[it.Type]++
		if place.Linked {
			r.Linked[it.Type]++
		}
	}
}

// named is an id as a report names it: one that FHIR does not allow may be any text.
func named(id string) string {
	id = ehrdesk.CleanLine(id)
	if len(id) > maxNamed {
		return strings.TrimRight(strings.ToValidUTF8(id[:maxNamed], ""), " ") + " …"
	}
	return id
}

const maxNamed = 80

// reasonOf is a refusal in the words of a report.
func reasonOf(f *refusal.Error) string { return strings.TrimSuffix(f.Text, ".") }

func (f *Files) nameNumbers(tx *store.Tx, r *ImportReport) {
	p := tx.Participants.Get(r.Patient)
	if p == nil {
		return
	}
	r.EHR, r.HKIC, r.AccessKey = p.EHR, registry.PrintedHKIC(p.HKIC), f.keys.Known(p)
}

// settle decides, before anything is stored, who each patient is, whose every
// resource is, which id it gets and what its references become.
func (b *batch) settle() error {
	for _, it := range b.items {
		if it.Type == "Patient" {
			if err := b.settlePatient(it); err != nil {
				return err
			}
		}
	}
	return b.settleRecords()
}

// settleRecords does so for all but the patients.
func (b *batch) settleRecords() error {
	b.own()
	for _, it := range b.items {
		if it.reason != "" || it.Type == "Patient" {
			continue
		}
		if !it.place().Sharable { // not kept, but a reference to it should say what it was
			it.target = it.wanted()
			continue
		}
		b.assign(it)
	}
	for _, it := range b.items {
		if err := b.resolve(it); err != nil {
			return err
		}
	}
	return nil
}

// patientIDs are the ids that a Patient entry may have here, the one it comes with
// first. Of an id that FHIR does not allow another is made, the same each time.
func (it *item) patientIDs(person []byte) []string {
	want := it.wanted()
	switch {
	case want != "":
	case it.ID != "":
		want = registry.MadeID("patient", it.ID, string(person))
	default:
		want = registry.MadeID("patient", string(person))
	}
	return []string{want, registry.MadeID("person", want, string(person))}
}

// settlePatient finds the participant a Patient entry is, or registers a new
// one. The same id with another name or birth date is another person.
func (b *batch) settlePatient(it *item) error {
	person := b.keys.PersonPrint(it.Info)
	for _, id := range it.patientIDs(person) {
		p := b.tx.Participants.Get(id)
		if p != nil {
			if string(p.Person) == string(person) {
				it.target = id
				return nil
			}
			continue
		}
		it.target = id
		err := b.keys.Register(b.tx, id, it.Info)
		if f, ok := refusal.As(err); ok {
			it.target, it.reason = "", f.Text
			return nil
		}
		return err
	}
	it.reason = "its id is in use for something else"
	return nil
}

// RecordChange is what became of one resource that the operator added or
// withdrew.
type RecordChange struct {
	File     string `json:"file"`
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Version  int64  `json:"version,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
	Changed  bool   `json:"changed"`
}

// AddRecords stores resources as if another provider had sent them: for
// patients who are participants already. The file counts as a whole.
// Errors: CodeInvalid, CodeNotFound for a patient who is none.
func (f *Files) AddRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.add"
	return f.records(ctx, op, r, name, func(tx *store.Tx, it *item) (outcome, error) {
		if !it.place().Sharable {
			return outcome{}, refusal.Invalid("a resource lies outside eHealth's sharable scope")
		}
		return put(tx, it, "", false)
	})
}

// DeleteRecords withdraws the resources that a file holds, by type and id.
// Errors: CodeInvalid, CodeNotFound.
func (f *Files) DeleteRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.delete"
	return f.records(ctx, op, r, name, func(tx *store.Tx, it *item) (outcome, error) {
		if old := tx.Records.Get(it.Type, it.target); old == nil || old.Deleted {
			return outcome{}, refusal.NotFound()
		}
		return remove(tx, it.Type, it.target), nil
	})
}

func (f *Files) records(ctx context.Context, op string, r io.Reader, name string, do func(*store.Tx, *item) (outcome, error)) ([]RecordChange, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImport))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be read")
	}
	groups, err := parseStream(data)
	if err != nil {
		return nil, refusal.InGo(op, err)
	}
	var out []RecordChange
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		out = nil
		for _, in := range groups {
			for _, it := range in.items {
				if it.fault != nil {
					return it.fault
				}
			}
			b := newBatch(f.keys, tx, in.items)
			for _, it := range b.items {
				if it.Type != "Patient" {
					continue
				}
				if err := b.aimPatient(it); err != nil {
					return err
				}
			}
			if err := b.settleRecords(); err != nil {
				return err
			}
			for _, it := range b.items {
				if it.Type == "Patient" { // only there to say whose the others are
					continue
				}
				switch it.reason {
				case "":
				case whyUnknownPatient:
					return refusal.NotRegistered()
				default:
					return refusal.Invalid("a resource names no patient, or more than one")
				}
				o, err := do(tx, it)
				if err != nil {
					return err
				}
				out = append(out, RecordChange{File: name, Resource: it.Type, ID: it.target, Version: o.Version, Deleted: strings.HasSuffix(op, "delete"), Changed: o.Changed})
			}
		}
		return nil
	})
	return out, refusal.InGo(op, err)
}
