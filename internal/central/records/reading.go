package records

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// lookRecord finds a record that who may read. A deleted one comes as it is.
// That an id exists is not a secret, and a desk must be able to tell "gone"
// from "no longer yours": 404 and 403 differ.
func (s *Records) lookRecord(r *http.Request, who *store.Account) (*store.Record, error) {
	kind, id := r.PathValue("type"), r.PathValue("id")
	var rec *store.Record
	find := func(tx *store.Tx) error {
		if rec = tx.Records.Get(kind, id); rec == nil {
			return refusal.NotFound()
		}
		return nil
	}
	err := s.store.Read(r.Context(), find)
	if err != nil {
		return nil, err
	}
	if err := gate.Record(r.Context(), s.store, who, rec.Patient, rec.Kind, rec.Labelled, kind+"/"+id); err != nil {
		return nil, err
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) (err error) { // once more, with consent, in one snapshot
		if err := find(tx); err != nil {
			return err
		}
		var p *store.Participant
		if rec.Patient != "" {
			if p, _, err = gate.MayRead(tx, who, rec.Patient); err != nil {
				return err
			}
		}
		return gate.MayKind(who, p, rec.Kind, rec.Labelled, tx.Now) // it may have changed in between
	})
	return rec, err
}

func (s *Records) readRecord(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	if rec.Deleted {
		return refusal.New(http.StatusGone, "", "The resource was withdrawn.")
	}
	if rest.Has(r, rec.Version) { // who may read it is told that nothing has changed, and the read is written down
		w.Header().Set("ETag", rest.ETag(rec.Version))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	s.resource(w, r, http.StatusOK, rec.Version, rec.Updated, rec.Body)
	return nil
}

func (s *Records) resource(w http.ResponseWriter, r *http.Request, status int, version, updated int64, body []byte) {
	w.Header().Set("ETag", rest.ETag(version))
	w.Header().Set("Last-Modified", store.Time(updated).Format(http.TimeFormat))
	s.rest.Send(w, r, status, body)
}

func (s *Records) readVersion(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	want, err := strconv.ParseInt(r.PathValue("v"), 10, 64)
	if err != nil {
		return refusal.NotFound()
	}
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	versions, _, err := s.versions(r, who, rec, want)
	if err != nil {
		return err
	}
	for _, v := range versions {
		switch {
		case v.Version != want:
		case v.Deleted:
			return refusal.New(http.StatusGone, "", "The resource was withdrawn in this version.")
		default:
			s.resource(w, r, http.StatusOK, v.Version, v.Updated, v.Body)
			return nil
		}
	}
	return refusal.NotFound()
}

// versions are those of one record that who's profession may see, newest first, as
// many as one answer holds; only is the one that is asked for, 0 for all.
func (s *Records) versions(r *http.Request, who *store.Account, rec *store.Record, only int64) (out []store.Record, cut bool, err error) {
	size := 0
	if only == 0 || only == rec.Version {
		out, size = []store.Record{*rec}, len(rec.Body)
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) error {
		var p *store.Participant
		if rec.Patient != "" {
			var err error
			if p, _, err = gate.MayRead(tx, who, rec.Patient); err != nil {
				return err
			}
		}
		return full(tx.Charts.Versions(rec.Type, rec.ID, rec.Version, only, gate.Given(who, p, tx.Now), func(v *store.Record) error {
			switch {
			case v.Patient != rec.Patient:
				return nil
			case pageIsFull(size, len(v.Body)):
				cut = true
				return errPageFull
			}
			out, size = append(out, *v), size+len(v.Body)
			return nil
		}))
	})
	return out, cut, err
}

func (s *Records) instanceHistory(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	return s.rest.Page(w, r, who, func() ([]byte, error) {
		rec, err := s.lookRecord(r, who)
		if err != nil {
			return nil, err
		}
		versions, cut, err := s.versions(r, who, rec, 0)
		return s.historyBundle(r, versions, cut), err
	})
}

// typeHistory gives what happened to the records of a type, newest first, for
// every patient whose record the provider may view, or for one of them.
func (s *Records) typeHistory(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	return s.rest.Page(w, r, who, func() ([]byte, error) { return s.happened(r, who) })
}

func (s *Records) happened(r *http.Request, who *store.Account) ([]byte, error) {
	kind := r.PathValue("type")
	from, err := rest.Since(r)
	if err != nil {
		return nil, err
	}
	limit, err := rest.Count(r.URL.Query().Get("_count"), 100, 1000)
	if err != nil {
		return nil, err
	}
	asked := accesslog.Event{Action: ehrdesk.AuditQuery, Who: who, What: "_history"}
	if fhir.ValidType(kind) { // anything else may be anything
		asked.What = kind + "/_history"
	}
	if err := gate.Profession(r.Context(), s.store, asked); err != nil {
		return nil, err
	}
	cut := false
	var out []store.Record
	err = s.store.Read(r.Context(), func(tx *store.Tx) error {
		may := map[string][]ehrdesk.Kind{"": gate.Visible(who)}
		err := full(tx.Charts.History(kind, gate.Visible(who), from, func(v *store.Record) error {
			if len(out) >= limit {
				return errPageFull
			}
			if _, asked := may[v.Patient]; !asked {
				may[v.Patient] = nil
				if owner, _, err := gate.MayRead(tx, who, v.Patient); err == nil {
					may[v.Patient] = gate.Given(who, owner, tx.Now)
				}
			}
			if slices.Contains(may[v.Patient], v.Kind) {
				out = append(out, *v)
			}
			return nil
		}))
		size := 0
		for i := 0; err == nil && i < len(out); i++ {
			out[i].Body = tx.Charts.Body(kind, out[i].ID, out[i].Version)
			if pageIsFull(size, len(out[i].Body)) {
				cut, out = true, out[:i]
			} else {
				size += len(out[i].Body)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, p := range out {
		if !told[p.Patient] {
			told[p.Patient] = true
			if err := gate.Record(r.Context(), s.store, who, p.Patient, p.Kind, false, kind+"/_history"); err != nil {
				return nil, err
			}
		}
	}
	return s.historyBundle(r, out, cut), nil
}

// historyBundle is the answer; cut says that older versions are left out.
func (s *Records) historyBundle(r *http.Request, versions []store.Record, cut bool) []byte {
	base := s.rest.Base(r)
	var b bytes.Buffer
	b.WriteString(`{"resourceType":"Bundle","type":"history","timestamp":"` + rest.Instant(s.rest.Now().UnixMicro()) + `","total":` + strconv.Itoa(len(versions)))
	for i, v := range versions {
		sep := ","
		if i == 0 {
			sep = `,"entry":[`
		}
		name := v.Type + "/" + v.ID
		method, status := "PUT", "200"
		switch {
		case v.Deleted:
			method, status = "DELETE", "204"
		case v.Version == 1:
			method, status = "POST", "201"
		}
		b.WriteString(sep + `{"fullUrl":"` + base + "/" + name + `"`)
		if !v.Deleted {
			b.WriteString(`,"resource":`)
			b.Write(v.Body)
		}
		url := name
		if method == "POST" {
			url = v.Type
		}
		b.WriteString(`,"request":{"method":"` + method + `","url":"` + url + `"},"response":{"status":"` + status + `","etag":` + resource.Quote(rest.ETag(v.Version)) + `,"lastModified":"` + rest.Instant(v.Updated) + `"}}`)
	}
	if cut {
		b.WriteString(`,{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"too-long","diagnostics":"Older versions are left out: each can be read by its number."}]}}`)
	}
	if len(versions) > 0 {
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return b.Bytes()
}
