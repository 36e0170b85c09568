package central

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

// admitted lets a record be read: its patient's consent, the profession's access
// to its kind, an audit event, and a notice where the access is a new one.
func (s *server) admitted(r *http.Request, who *token, owner string, kind ehrdesk.Kind, labelled bool) error {
	return s.c.write(r.Context(), func(q *tx) error {
		e := event{action: ehrdesk.AuditRead, who: who, patient: owner, kinds: []ehrdesk.Kind{kind}}
		p, err := q.participant(owner)
		if err != nil {
			return err
		}
		if f, ok := asFault(q.mayKind(who, p, kind, labelled)); ok {
			e.outcome = f.code()
			if err := q.audit(e); err != nil {
				return err
			}
			return f.kept()
		}
		if owner == "" {
			return q.audit(e)
		}
		_, _, err = q.admit(e, false)
		return err
	})
}

// lookRecord finds a record that who may read. A deleted one comes as it is.
// That an id exists is not a secret, and a desk must be able to tell "gone"
// from "no longer yours": 404 and 403 differ.
func (s *server) lookRecord(r *http.Request, who *token) (*stored, error) {
	kind, id := r.PathValue("type"), r.PathValue("id")
	find := func(q *tx) (*stored, error) {
		rec, err := q.record(kind, id)
		if err == nil && rec == nil {
			err = notFound()
		}
		return rec, err
	}
	var rec *stored
	err := s.c.read(r.Context(), func(q *tx) (err error) {
		rec, err = find(q)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.admitted(r, who, rec.owner, rec.kind, rec.labelled); err != nil {
		return nil, err
	}
	err = s.c.read(r.Context(), func(q *tx) (err error) { // once more, with consent, in one snapshot
		if rec, err = find(q); err != nil {
			return err
		}
		var p *participant
		if rec.owner != "" {
			if p, _, err = q.mayRead(who, rec.owner); err != nil {
				return err
			}
		}
		return q.mayKind(who, p, rec.kind, rec.labelled) // it may have changed in between
	})
	return rec, err
}

func (s *server) readRecord(w http.ResponseWriter, r *http.Request, who *token) error {
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	if rec.deleted {
		return refuse(http.StatusGone, "", "The resource was withdrawn.")
	}
	s.resource(w, r, http.StatusOK, rec.version, rec.updated, rec.body)
	return nil
}

func (s *server) resource(w http.ResponseWriter, r *http.Request, status int, version, updated int64, body []byte) {
	w.Header().Set("ETag", etag(version))
	w.Header().Set("Last-Modified", fromMicros(updated).Format(http.TimeFormat))
	s.send(w, r, status, body)
}

func etag(version int64) string { return `W/"` + strconv.FormatInt(version, 10) + `"` }

func (s *server) readVersion(w http.ResponseWriter, r *http.Request, who *token) error {
	want, err := strconv.ParseInt(r.PathValue("v"), 10, 64)
	if err != nil {
		return notFound()
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
		case v.version != want:
		case v.deleted:
			return refuse(http.StatusGone, "", "The resource was withdrawn in this version.")
		default:
			s.resource(w, r, http.StatusOK, v.version, v.updated, v.body)
			return nil
		}
	}
	return notFound()
}

// past is one version of a resource.
type past struct {
	kind, id string
	stored
}

// versions are those of one record that who's profession may see, newest first, as
// many as one answer holds; only is the one that is asked for, 0 for all.
func (s *server) versions(r *http.Request, who *token, rec *stored, only int64) (out []past, cut bool, err error) {
	kind, id := r.PathValue("type"), r.PathValue("id")
	size := 0
	if only == 0 || only == rec.version {
		out, size = []past{{kind, id, *rec}}, len(rec.body)
	}
	err = s.c.read(r.Context(), func(q *tx) error {
		var p *participant
		if rec.owner != "" {
			var err error
			if p, _, err = q.mayRead(who, rec.owner); err != nil {
				return err
			}
		}
		err := q.rows("SELECT version, updated, patient, kind, deleted, body FROM history WHERE type = ? AND id = ? AND version < ? AND ? IN (0, version) AND labelled = 0 AND kind IN "+in(q.given(who, p))+" ORDER BY version DESC",
			[]any{kind, id, rec.version, only}, func(scanRow func(...any) error) error {
				p := past{kind: kind, id: id}
				err := scanRow(&p.version, &p.updated, &p.owner, &p.stored.kind, &p.deleted, &p.body)
				switch {
				case err != nil || p.owner != rec.owner:
					return err
				case pageIsFull(size, len(p.body)):
					cut = true
					return errPageFull
				}
				out, size = append(out, p), size+len(p.body)
				return nil
			})
		if errors.Is(err, errPageFull) {
			err = nil
		}
		return err
	})
	return out, cut, err
}

func (s *server) instanceHistory(w http.ResponseWriter, r *http.Request, who *token) error {
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	versions, cut, err := s.versions(r, who, rec, 0)
	if err != nil {
		return err
	}
	s.send(w, r, http.StatusOK, s.historyBundle(r, versions, cut))
	return nil
}

// typeHistory gives what happened to the records of a type, newest first, for
// every patient whose record the provider may view, or for one of them.
func (s *server) typeHistory(w http.ResponseWriter, r *http.Request, who *token) error {
	kind := r.PathValue("type")
	from, err := since(r)
	if err != nil {
		return err
	}
	limit, err := count(r.URL.Query().Get("_count"), 100, 1000)
	if err != nil {
		return err
	}
	if !who.role.Clinical() {
		return roleMayNot()
	}
	cut := false
	collect := func(q *tx) ([]past, error) {
		may := map[string][]ehrdesk.Kind{"": visible(who)}
		var out []past
		kinds := in(visible(who))
		err := q.rows(`SELECT type, id, version, updated, patient, kind, deleted, seq FROM record WHERE type = ? AND `+flowed+` >= ? AND labelled = 0 AND kind IN `+kinds+`
			UNION ALL SELECT type, id, version, updated, patient, kind, deleted, seq FROM history AS record WHERE type = ? AND `+flowed+` >= ? AND labelled = 0 AND kind IN `+kinds+` ORDER BY seq DESC`,
			[]any{kind, from, kind, from}, func(scanRow func(...any) error) error {
				var p past
				if len(out) >= limit {
					return errPageFull
				}
				if err := scanRow(&p.kind, &p.id, &p.version, &p.updated, &p.owner, &p.stored.kind, &p.deleted, &p.seq); err != nil {
					return err
				}
				if _, asked := may[p.owner]; !asked {
					owner, _, err := q.mayRead(who, p.owner)
					if _, refused := asFault(err); err != nil && !refused {
						return err
					}
					if may[p.owner] = nil; err == nil {
						may[p.owner] = q.given(who, owner)
					}
				}
				if known(may[p.owner], p.stored.kind) {
					out = append(out, p)
				}
				return nil
			})
		if errors.Is(err, errPageFull) {
			err = nil
		}
		size := 0
		for i := 0; err == nil && i < len(out); i++ {
			_, err = q.row(`SELECT body FROM record WHERE type = ? AND id = ? AND version = ? UNION ALL SELECT body FROM history WHERE type = ? AND id = ? AND version = ?`,
				[]any{kind, out[i].id, out[i].version, kind, out[i].id, out[i].version}, &out[i].body)
			if pageIsFull(size, len(out[i].body)) {
				cut, out = true, out[:i]
			} else {
				size += len(out[i].body)
			}
		}
		return out, err
	}
	var found []past
	err = s.c.read(r.Context(), func(q *tx) (err error) {
		found, err = collect(q)
		return err
	})
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, p := range found {
		if !told[p.owner] {
			told[p.owner] = true
			if err := s.admitted(r, who, p.owner, p.stored.kind, false); err != nil {
				return err
			}
		}
	}
	s.send(w, r, http.StatusOK, s.historyBundle(r, found, cut))
	return nil
}

// historyBundle is the answer; cut says that older versions are left out.
func (s *server) historyBundle(r *http.Request, versions []past, cut bool) []byte {
	base := s.base(r)
	var b bytes.Buffer
	b.WriteString(`{"resourceType":"Bundle","type":"history","timestamp":"` + instant(s.c.now().UnixMicro()) + `","total":` + strconv.Itoa(len(versions)))
	for i, v := range versions {
		sep := ","
		if i == 0 {
			sep = `,"entry":[`
		}
		name := v.kind + "/" + v.id
		method, status := "PUT", "200"
		switch {
		case v.deleted:
			method, status = "DELETE", "204"
		case v.version == 1:
			method, status = "POST", "201"
		}
		b.WriteString(sep + `{"fullUrl":"` + base + "/" + name + `"`)
		if !v.deleted {
			b.WriteString(`,"resource":`)
			b.Write(v.body)
		}
		url := name
		if method == "POST" {
			url = v.kind
		}
		b.WriteString(`,"request":{"method":"` + method + `","url":"` + url + `"},"response":{"status":"` + status + `","etag":` + quote(etag(v.version)) + `,"lastModified":"` + instant(v.updated) + `"}}`)
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
