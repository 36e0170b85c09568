package plain

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What no list brought is asked for by its id: what a list named and did not give, what it
// did not name and the copy has, and what records refer to.

// byID asks for records by id, several at a time where the server can.
func (f feeding) byID(ctx context.Context, resource string, ids []string) error {
	if f.c.Caps().Is(caps.IDs) == caps.Yes {
		for batch := range slices.Chunk(slices.Clone(ids), atOnce) {
			got, err := f.full(ctx, resource, "", byIDs(batch))
			if err != nil && !refused(err) {
				return err
			}
			if got.foreign {
				f.lacking++
				return nil
			}
			ids = slices.DeleteFunc(ids, func(id string) bool { _, ok := got.rows[ehrdesk.Ref{Resource: resource, ID: id}]; return ok })
		}
	}
	for _, id := range ids {
		got, err := f.one(ctx, ehrdesk.Ref{Resource: resource, ID: id})
		if err != nil {
			return err
		}
		if got.foreign {
			f.lacking++
			return nil
		}
	}
	return nil
}

// byIDs asks for several records.
func byIDs(ids []string) url.Values {
	return url.Values{"_id": {strings.Join(ids, ",")}, "_count": {strconv.Itoa(atOnce)}}
}

// one asks for one record. Of one that is not there nothing comes.
func (f feeding) one(ctx context.Context, ref ehrdesk.Ref) (page, error) {
	p, err := f.c.wire.Reread(ctx, f.who, ref)
	switch code := ehrdesk.CodeOf(err); {
	case code == ehrdesk.CodeNotFound, code == ehrdesk.CodeDenied:
		return page{}, nil
	case err != nil:
		return page{}, err
	}
	return f.give(p, ref.Resource)
}

// look asks for records that a list of all did not name. What is not there is gone.
func (f feeding) look(ctx context.Context, refs []ehrdesk.Ref) error {
	if n := len(refs) - mostLooked; n > 0 {
		f.lacking += n
		refs = refs[:mostLooked]
	}
	for _, ref := range refs {
		got, err := f.one(ctx, ref)
		if err != nil {
			return err
		}
		if len(got.rows) == 0 && got.nameless == 0 {
			f.gone = append(f.gone, fhir.Tombstone{Ref: ref})
		}
	}
	return nil
}

// heldBeside adds to want, where all is looked through, what the copy holds beside a patient's
// types and has not come, by type.
func (f feeding) heldBeside(types []string, want map[string][]string) {
	if !f.sweeps {
		return
	}
	for ref := range f.held {
		if _, got := f.got[ref]; !got && !slices.Contains(types, ref.Resource) {
			want[ref.Resource] = append(want[ref.Resource], ref.ID)
		}
	}
}

// others reads what the records refer to and what the copy holds beside a patient's
// types: what is not here yet, and, where all is looked through, what has changed.
func (f feeding) others(ctx context.Context) error {
	types := r4.PatientTypes()
	want := map[string][]string{}
	n := 0
	for ref := range f.linked {
		_, got := f.got[ref]
		if _, held := f.held[ref]; !got && !held {
			want[ref.Resource] = append(want[ref.Resource], ref.ID)
		}
	}
	f.heldBeside(types, want)
	for _, resource := range slices.Sorted(maps.Keys(want)) {
		if !f.reads(resource) {
			continue
		}
		ids := slices.Sorted(slices.Values(want[resource]))
		if n += len(ids); n > mostLinked {
			f.lacking += n - mostLinked
			return nil
		}
		if err := f.byID(ctx, resource, ids); err != nil {
			return err
		}
		for _, id := range ids {
			ref := ehrdesk.Ref{Resource: resource, ID: id}
			_, got := f.got[ref]
			if _, held := f.held[ref]; held && !got {
				f.gone = append(f.gone, fhir.Tombstone{Ref: ref})
			}
		}
	}
	return nil
}
