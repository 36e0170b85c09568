package central

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
)

const (
	defaultPage = 1000
	maxPage     = 5000
)

// cursor is where a list goes on. Clients carry it sealed: they can neither read
// nor change it, and it opens only for the account and the path it was made for.
type cursor struct {
	Since  int64  `json:"s,omitempty"` // instant the list begins at
	At     int64  `json:"t"`           // the centre's clock at the first page
	Phase  int    `json:"p,omitempty"` // 0: the patient's own records, 1: linked ones
	After  int64  `json:"a,omitempty"` // last change (phase 0) or row (phase 1) given
	Total  int    `json:"n"`
	Count  int    `json:"c"`
	Search string `json:"q,omitempty"` // the form of a search
}

// seal encrypts a cursor for who and where.
func (c *Centre) seal(cur cursor, who *token, where string) (string, error) {
	aead, err := c.cursorCipher()
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(cur)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, sealedFor(who, where))), nil
}

func (c *Centre) unseal(text string, who *token, where string) (cursor, error) {
	var cur cursor
	aead, err := c.cursorCipher()
	if err != nil {
		return cur, err
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < aead.NonceSize() {
		return cur, invalid("This page is not one of this list.")
	}
	plain, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], sealedFor(who, where))
	if err != nil || json.Unmarshal(plain, &cur) != nil {
		return cur, invalid("This page is not one of this list.")
	}
	return cur, nil
}

func (c *Centre) cursorCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(c.keys.cursor)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func sealedFor(who *token, where string) []byte {
	return []byte(strings.Join([]string{who.hcp, who.staff, string(who.role), where}, "\x00"))
}

// everything gives a patient's records in the order they were stored, then the
// shared resources they refer to. A record changed while pages are being
// fetched comes once more on a later page, in its new version; one that comes
// after the last page is later than the bundle's timestamp, and a sync with
// that as _since gets it.
func (s *server) everything(w http.ResponseWriter, r *http.Request, who *token) error {
	id := r.PathValue("id")
	where := "everything/" + id
	var cur cursor
	if page := r.URL.Query().Get("page"); page != "" {
		var err error
		if cur, err = s.c.unseal(page, who, where); err != nil {
			return err
		}
	} else {
		var err error
		if cur.Since, err = since(r); err != nil {
			return err
		}
		if cur.Count, err = count(r.URL.Query().Get("_count"), defaultPage, maxPage); err != nil {
			return err
		}
		var p *participant
		if p, cur.At, err = s.c.access(r.Context(), who, id); err != nil {
			return err
		}
		cur.Since = p.since(cur.Since)
	}
	return s.c.read(r.Context(), func(q *tx) error {
		p, _, err := q.mayRead(who, id)
		if err != nil {
			return err
		}
		return s.writeRecords(w, r, q, who, id, plainly(q.given(who, p)), cur, where, "/Patient/"+id+"/$everything")
	})
}

// writeRecords answers with one page of a patient's records of a scope. where
// seals the next page, path is what it is asked for by.
func (s *server) writeRecords(w http.ResponseWriter, r *http.Request, q *tx, who *token, id string, of scope, cur cursor, where, path string) error {
	if cur.Total == 0 && cur.Phase == 0 && cur.After == 0 {
		var err error
		if cur.Total, err = q.everythingTotal(id, of, cur.Since); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
	out, done := compressed(w, r)
	b := &bundleWriter{w: bufio.NewWriterSize(out, 64<<10), base: s.base(r)}
	err := b.everything(q, id, of, &cur)
	if err == nil {
		err = b.end(s, cur, who, where, path)
	}
	if err == nil {
		err = done()
	}
	if err != nil { // the answer has begun: it must not look whole
		panic(http.ErrAbortHandler)
	}
	return nil
}

func since(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("_since")
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, invalid("_since is an instant.")
	}
	return t.UnixMicro(), nil
}

func count(text string, fallback, most int) (int, error) {
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, invalid("_count is a number from 1.")
	}
	return min(n, most), nil
}

// in is a list of kinds for SQL: our own small numbers, never outside text.
func in(kinds []ehrdesk.Kind) string {
	s := make([]string, len(kinds))
	for i, k := range kinds {
		s[i] = strconv.Itoa(int(k))
	}
	return "(" + strings.Join(s, ",") + ")"
}

// reachable are the shared resources that a patient's visible records refer to,
// themselves or through another, each with the instant since which that is so.
// Its one parameter is the patient.
func reachable(of scope) string {
	return `WITH RECURSIVE reach(type, id, at) AS (
		SELECT type, id, min(at) FROM link WHERE patient = ? AND ended = 0 AND ` + of.where() + ` GROUP BY type, id
		UNION
		SELECT e.to_type, e.to_id, max(reach.at, r.updated) FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id AND r.patient = '' AND r.deleted = 0
			JOIN edge e ON e.type = reach.type AND e.id = reach.id AND e.ended = 0),
		shared AS (SELECT r.pk AS pk, max(max(reach.at, r.updated)) AS at FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id
			WHERE r.patient = '' AND r.linked = 1 AND r.labelled = 0 AND r.kind IN ` + in(of.shared) + ` GROUP BY r.pk) `
}

// noLonger are the shared resources that came with a patient's records at some time
// and do not now, as a statement that follows reachable: the record was labelled or
// withdrawn, or says something else, or the resource itself is for others now. Its
// parameters are the patient, and four times the instant since which that is so.
func noLonger(of scope) string {
	return `, was(type, id, at) AS (
		SELECT type, id, ended FROM link WHERE patient = ? AND ended >= ? AND ended > 0 AND ` + of.where() + `
		UNION
		SELECT e.to_type, e.to_id, e.ended FROM reach JOIN edge e ON e.type = reach.type AND e.id = reach.id WHERE e.ended >= ? AND e.ended > 0
		UNION
		SELECT e.to_type, e.to_id, max(was.at, e.ended) FROM was JOIN edge e ON e.type = was.type AND e.id = was.id WHERE e.ended = 0 OR e.ended >= ?),
		gone AS (SELECT type, id, at FROM was UNION SELECT r.type, r.id, r.updated FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id WHERE r.updated >= ?)
		SELECT r.type, r.id, max(gone.at) FROM gone JOIN record r ON r.type = gone.type AND r.id = gone.id
		WHERE r.patient = '' AND r.pk NOT IN (SELECT pk FROM shared) AND EXISTS (SELECT 1 FROM (
			SELECT kind, labelled, deleted FROM record WHERE pk = r.pk UNION ALL SELECT kind, labelled, deleted FROM history WHERE type = r.type AND id = r.id) AS v
			WHERE v.deleted = 0 AND v.labelled = 0 AND v.kind IN ` + in(of.shared) + `)
		GROUP BY r.pk ORDER BY r.pk`
}

func (q *tx) everythingTotal(id string, of scope, since int64) (int, error) {
	var own, linked int
	if _, err := q.row("SELECT count(*) FROM record WHERE patient = ? AND updated >= ? AND deleted = 0 AND "+of.where(), []any{id, since}, &own); err != nil {
		return 0, err
	}
	_, err := q.row(reachable(of)+"SELECT count(*) FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0", []any{id, since}, &linked)
	return own + linked, err
}

// bundleWriter writes a searchset by joining stored bytes; no body is decoded.
type bundleWriter struct {
	w    *bufio.Writer
	base string
	n    int
	size int // bytes of resources
	more bool
}

func (b *bundleWriter) everything(q *tx, id string, of scope, cur *cursor) error {
	b.begin(*cur)
	left := cur.Count
	if cur.Phase == 0 {
		err := b.rows(q, "SELECT type, id, seq, linked, body FROM record WHERE patient = ? AND seq > ? AND updated >= ? AND deleted = 0 AND "+of.where()+" ORDER BY seq LIMIT ?",
			[]any{id, cur.After, cur.Since, left + 1}, &left, cur)
		if err != nil || b.more {
			return err
		}
		cur.Phase, cur.After = 1, 0
	}
	return b.rows(q, reachable(of)+"SELECT r.type, r.id, r.pk, 1, r.body FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0 AND r.pk > ? ORDER BY r.pk LIMIT ?",
		[]any{id, cur.Since, cur.After, left + 1}, &left, cur)
}

func (b *bundleWriter) begin(cur cursor) {
	b.w.WriteString(`{"resourceType":"Bundle","type":"searchset","timestamp":"` + instant(cur.At) + `","total":` + strconv.Itoa(cur.Total))
}

func (b *bundleWriter) rows(q *tx, text string, args []any, left *int, cur *cursor) error {
	err := q.rows(text, args, func(scanRow func(...any) error) error {
		var kind, id, body sql.RawBytes
		var after int64
		var linked bool
		if err := scanRow(&kind, &id, &after, &linked, &body); err != nil {
			return err
		}
		if *left == 0 || pageIsFull(b.size, len(body)) {
			b.more = true
			return errPageFull
		}
		*left--
		cur.After = after
		return b.entry(kind, id, body, linked)
	})
	if errors.Is(err, errPageFull) {
		return nil
	}
	return err
}

// pageBytes is after how many bytes of resources a page ends, however many it
// was to have: a reader has to hold it whole. What makes it longer than any answer
// that a desk reads begins the next.
const pageBytes = 8 << 20

// pageIsFull reports whether one more resource, of so many bytes, is for the next page.
func pageIsFull(size, more int) bool {
	return size >= pageBytes || size > 0 && size+more > maxResource
}

var errPageFull = errors.New("the page is full")

// entry writes one resource. Types and ids are of FHIR's safe alphabet.
func (b *bundleWriter) entry(kind, id, body []byte, linked bool) error {
	sep := `,{"fullUrl":"`
	if b.n == 0 { // FHIR has no empty arrays
		sep = `,"entry":[{"fullUrl":"`
	}
	b.n++
	b.w.WriteString(sep)
	b.w.WriteString(b.base)
	b.w.WriteByte('/')
	b.w.Write(kind)
	b.w.WriteByte('/')
	b.w.Write(id)
	b.w.WriteString(`","resource":`)
	b.w.Write(body)
	b.size += len(body)
	mode := `,"search":{"mode":"match"}}`
	if linked {
		mode = `,"search":{"mode":"include"}}`
	}
	_, err := b.w.WriteString(mode)
	return err
}

// end closes the bundle, with the link to the next page where there is one.
func (b *bundleWriter) end(s *server, cur cursor, who *token, where, path string) error {
	if b.n > 0 {
		b.w.WriteByte(']')
	}
	if b.more {
		page, err := s.c.seal(cur, who, where)
		if err != nil {
			return err
		}
		b.w.WriteString(`,"link":[{"relation":"next","url":` + quote(b.base+path+"?page="+page) + `}]`)
	}
	b.w.WriteByte('}')
	return b.w.Flush()
}

// tombstones names what left a patient's record as this profession sees it:
// what was withdrawn, and what became a kind that it may not see.
func (s *server) tombstones(w http.ResponseWriter, r *http.Request, who *token) error {
	id := r.PathValue("id")
	from, err := since(r)
	if err != nil {
		return err
	}
	_, at, err := s.c.access(r.Context(), who, id)
	if err != nil {
		return err
	}
	entries := list{}
	add := func(reason string) func(func(...any) error) error {
		return func(scanRow func(...any) error) error {
			var kind, rid string
			var updated int64
			if err := scanRow(&kind, &rid, &updated); err != nil {
				return err
			}
			entries = append(entries, obj{"extension": list{extension("tombstone-reason", "valueCode", reason)},
				"fullUrl": s.base(r) + "/" + kind + "/" + rid, "request": obj{"method": "DELETE", "url": kind + "/" + rid},
				"response": obj{"status": "204", "lastModified": instant(updated)}})
			return nil
		}
	}
	err = s.c.read(r.Context(), func(q *tx) error {
		p, _, err := q.mayRead(who, id)
		if err != nil {
			return err
		}
		of := plainly(q.given(who, p))
		seen := " AND EXISTS (SELECT 1 FROM (SELECT type, id, kind, labelled, deleted FROM history) AS h WHERE h.type = r.type AND h.id = r.id AND h.deleted = 0 AND " + of.where() + ")"
		if err := q.rows("SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.deleted = 1 AND r.updated >= ? AND r.kind IN "+in(of.plain)+seen+" ORDER BY r.seq", []any{id, from}, add("deleted")); err != nil {
			return err
		}
		if err := q.rows(reachable(of)+"SELECT r.type, r.id, r.updated FROM shared JOIN record r ON r.pk = shared.pk WHERE r.deleted = 1 AND r.updated >= ? ORDER BY r.pk", []any{id, from}, add("deleted")); err != nil {
			return err
		}
		if err := q.rows(reachable(of)+noLonger(of), []any{id, id, from, from, from, from}, add("out-of-scope")); err != nil {
			return err
		}
		return q.rows("SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.updated >= ? AND (r.kind NOT IN "+in(of.plain)+" OR r.labelled = 1 AND r.deleted = 0)"+seen+" ORDER BY r.seq", []any{id, from}, add("out-of-scope"))
	})
	if err != nil {
		return err
	}
	out := obj{"resourceType": "Bundle", "type": "history", "timestamp": instant(at), "total": len(entries)}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}
