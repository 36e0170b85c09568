package day

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// readerIn is who asks as a reader of sealed words, nil for none.
func readerIn(in rest.Input, who *store.Account) (*store.Reader, error) {
	p := in.Get("reader")
	if p.Name == "" {
		return nil, nil
	}
	public, err := base64.StdEncoding.DecodeString(p.Part.Get("public").ValueBase64Binary)
	r := &store.Reader{Client: who.Client, Staff: who.Staff, Install: p.Part.Get("install").ValueString, Public: public, Bond: p.Part.Get("bond").ValueString}
	if err != nil || len(public) == 0 || len(public) > maxKey || len(r.Bond) > maxKey || len(r.Install) > 200 {
		return nil, refusal.Invalid("A reader's key cannot be read.")
	}
	sum := sha256.Sum256(public)
	r.Holder = base64.RawURLEncoding.EncodeToString(sum[:])
	return r, nil
}

// known reports whether a reader is on record as they say.
func known(all []store.Reader, me *store.Reader) bool {
	return slices.ContainsFunc(all, func(o store.Reader) bool {
		return o.Holder == me.Holder && o.Client == me.Client && o.Staff == me.Staff && o.Install == me.Install && o.Bond == me.Bond
	})
}

// takeReader puts a reader on record; fresh is true of one whom the others have not heard of.
func takeReader(tx *store.Tx, who *store.Account, me *store.Reader) (fresh bool, err error) {
	if me == nil {
		return false, nil
	}
	all := tx.Desks.Days().Readers(who.HCP)
	i := slices.IndexFunc(all, func(o store.Reader) bool { return o.Holder == me.Holder })
	switch {
	case known(all, me):
	case i >= 0 && (all[i].Staff != me.Staff || all[i].Client != me.Client):
		return false, refusal.New(http.StatusForbidden, "", "That key is another reader's.")
	case i < 0 && len(all) >= maxReaders:
		return false, refusal.Invalid("The provider's list has too many readers.")
	default:
		tx.Desks.Days().AddReader(who.HCP, me)
		return true, nil
	}
	return false, nil
}

// takeKeys takes keys of the list, sealed for readers. One that is sealed for a reader already
// stays as it is; what is sealed for nobody who reads is passed over. fresh is true where somebody can
// open more than before.
func takeKeys(tx *store.Tx, who *store.Account, in rest.Input) (fresh bool, err error) {
	var readers map[string]bool
	var keys []string
	had := map[wrapName]bool{}
	for _, p := range in {
		if p.Name != "key" {
			continue
		}
		if readers == nil {
			readers, keys = map[string]bool{}, tx.Desks.Days().Keys(who.HCP)
			for _, r := range tx.Desks.Days().Readers(who.HCP) {
				readers[r.Holder] = true
			}
			for _, w := range tx.Desks.Days().Wraps(who.HCP) {
				had[wrapName{w.Key, w.Holder}] = true
			}
		}
		id := p.Part.Get("id").ValueUUID
		if u, err := uuid.Parse(id); err != nil || u.String() != id {
			return false, refusal.Invalid("A key of the list has no UUID.")
		}
		if !slices.Contains(keys, id) {
			if len(keys) >= maxKeys {
				return false, refusal.Invalid("The provider's list has too many keys.")
			}
			tx.Desks.Days().AddKey(who.HCP, id, tx.Now.UnixMicro())
			keys = append(keys, id)
		}
		for _, w := range p.Part {
			if w.Name != "wrap" {
				continue
			}
			b, err := base64.StdEncoding.DecodeString(w.Part.Get("bytes").ValueBase64Binary)
			if err != nil || len(b) == 0 || len(b) > maxKey {
				return false, refusal.Invalid("A sealed key cannot be read.")
			}
			if holder := w.Part.Get("for").ValueString; readers[holder] {
				tx.Desks.Days().AddWrap(who.HCP, &store.Wrapped{Key: id, Holder: holder, Bytes: b})
				fresh = fresh || !had[wrapName{id, holder}]
			}
		}
	}
	return fresh, nil
}

// wrapName is a key of the list and a reader it is sealed for.
type wrapName struct{ key, holder string }

// answer is what a desk lacks: the lines that changed after since, the keys of the list in their
// order, those sealed for it, and who reads with which keys, so that it seals the others for
// them: left out where the desk knows them, by what was said of them last.
func answer(tx *store.Tx, who *store.Account, me *store.Reader, since int64, from, seen string, untaken ...any) rest.Obj {
	last := tx.Desks.Days().Last(who.HCP)
	if since > last { // we were set back to what we were: the desk reads anew, and sees from now that it had read further
		since = 0
	}
	rows := tx.Desks.Days().After(who.HCP, since, from, ehrdesk.MaxDayLines)
	now, more := last, len(rows) == ehrdesk.MaxDayLines
	if more {
		now = rows[len(rows)-1].Seq
	}
	out := rest.List{rest.Param("now", "valueString", strconv.FormatInt(now, 10)), rest.Param("more", "valueBoolean", more)}
	out = append(out, untaken...)
	for _, r := range rows {
		out = append(out, rest.Param("line", "resource", json.RawMessage(r.Body)))
	}
	var keys rest.List
	for _, k := range tx.Desks.Days().Keys(who.HCP) {
		keys = append(keys, rest.Param("list-key", "valueUuid", k))
	}
	if me != nil {
		for _, w := range tx.Desks.Days().WrapsFor(who.HCP, me.Holder) {
			keys = append(keys, rest.Part("key", rest.Param("id", "valueUuid", w.Key), rest.Param("bytes", "valueBase64Binary", base64.StdEncoding.EncodeToString(w.Bytes))))
		}
	}
	has := map[string][]any{}
	for _, w := range tx.Desks.Days().Wraps(who.HCP) {
		has[w.Holder] = append(has[w.Holder], rest.Param("has", "valueUuid", w.Key))
	}
	for _, r := range tx.Desks.Days().Readers(who.HCP) {
		parts := append([]any{rest.Param("holder", "valueString", r.Holder), rest.Param("staff", "valueString", r.Staff), rest.Param("install", "valueString", r.Install),
			rest.Param("public", "valueBase64Binary", base64.StdEncoding.EncodeToString(r.Public)), rest.Param("bond", "valueString", r.Bond)}, has[r.Holder]...)
		keys = append(keys, rest.Part("reader", parts...))
	}
	b, err := json.Marshal(keys)
	sum := sha256.Sum256(b)
	print := hex.EncodeToString(sum[:16])
	out = append(out, rest.Param("readers", "valueString", print))
	if err != nil || print != seen {
		out = append(out, keys...)
	}
	return rest.Parameters(out...)
}
