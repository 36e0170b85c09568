// Package links keeps sealed files for whoever has a link (SMART Health Links, HL7 STU 1): a desk puts a file here, and whoever was
// handed the link fetches it, by anybody's program, without an account. It promises that the centre can read no file, since the key
// stands in the link alone; that a link ends by its time, by its count and by wrong passcodes, whoever asks at once; that an ended
// file is deleted; and that every opening is written down, with who says that they open it, and without what the file says.
package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Limits of a link.
const (
	MostFile    = 4 << 20         // bytes, sealed
	mostInput   = 6 << 20         // of the request that brings it, in base64
	MostDays    = 30              // that it lasts
	clocksApart = time.Hour       // beside that, as the desk reckons by its own clock
	mostOpens   = 100             // that it may be opened
	mostLinks   = 2000            // of a provider, at a time
	wrongCodes  = 5               // passcodes in all
	ticketLife  = 5 * time.Minute // how long the address of a file is good that a manifest gives
	codeMost    = 100             // characters
	least       = 32              // bytes of chance in an address
	embeds      = MostFile        // what a manifest holds where nobody asks for less
	noSuch      = "There is no such link, or it has ended."
)

// Links are the files of a centre.
type Links struct {
	rest  *rest.Server
	store store.Store
	key   []byte // by which passcodes are known, and the addresses of files made
}

// New are the files of a store. key is the centre's own, of 32 bytes.
func New(rest *rest.Server, store store.Store, key []byte) *Links { return &Links{rest, store, key} }

// Routes are what a desk signed in may ask for.
func (l *Links) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{
		"POST /fhir/$link":     l.rest.Operation(l.store, mostInput, l.add),
		"GET /fhir/$links":     l.list,
		"POST /fhir/$link-end": l.rest.Operation(l.store, rest.MaxInput, l.end),
	}
}

// add takes a sealed file.
func (l *Links) add(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	file, err := base64.StdEncoding.DecodeString(in.Get("file").ValueBase64Binary)
	if err != nil || len(file) == 0 || len(file) > MostFile {
		return nil, refusal.Invalid("A link needs a file, sealed, of at most 4 MiB.")
	}
	ends, err := time.Parse(time.RFC3339Nano, in.Get("ends").ValueInstant)
	if err != nil {
		return nil, refusal.Invalid("A link says when it ends.")
	}
	opens, err := strconv.Atoi(in.Get("opens").ValueString)
	if err != nil || opens < 1 || opens > mostOpens {
		return nil, refusal.Invalid("A link says how often it may be opened: 1 to 100 times.")
	}
	code, direct := in.Get("passcode").ValueString, in.Get("direct").ValueBoolean
	switch {
	case code != "" && direct:
		return nil, refusal.Invalid("A link that gives the file itself asks for no passcode.")
	case len(code) > codeMost:
		return nil, refusal.Invalid("The passcode is too long.")
	}
	patient := in.Get("patient").ValueString
	chance := newAddress()
	made := store.Link{Digest: digest(chance), ID: uuid.NewString(), HCP: who.HCP, Staff: who.Staff, Patient: patient, Left: opens, Tries: wrongCodes, Direct: direct, File: file}
	if code != "" {
		made.Code = l.known(made.ID, code)
	}
	base := l.address(r)
	return func(tx *store.Tx) (any, error) {
		row := made
		row.Made, row.Ends, row.Until = tx.Now.UnixMicro(), ends.UnixMicro(), ends.UnixMicro()
		tx.Desks.Links().Sweep(row.Made)
		if !ends.After(tx.Now) || ends.After(tx.Now.AddDate(0, 0, MostDays).Add(clocksApart)) {
			return nil, refusal.Invalid("A link ends within 30 days.")
		}
		e := accesslog.Event{Action: ehrdesk.AuditShare, Who: who, Patient: patient, What: "link/" + row.ID}
		marks, err := limits.Spend(tx, &limits.Links, who, ehrdesk.AuditShare)
		if err != nil {
			return nil, err
		}
		e.Marks = marks
		p, _, err := gate.MayRead(tx, who, patient)
		if f, ok := refusal.As(err); ok {
			return nil, gate.Refuse(tx, e, f)
		}
		h := tx.Accounts.Provider(who.HCP)
		if h == nil || !slices.Contains(h.Handout, ehrdesk.HandoutCopy) {
			return nil, gate.Refuse(tx, e, refusal.New(http.StatusForbidden, "policy", "The provider's policy lets no copy of a record leave."))
		}
		if tx.Desks.Links().Count(who.HCP) >= mostLinks {
			return nil, refusal.New(http.StatusUnprocessableEntity, "full", "The provider has too many links that have not ended.")
		}
		accesslog.Add(tx, e)
		accesslog.Notify(tx, p, "eHealth: "+who.Provider.Name+" made a link to a summary of your eHealth record at "+accesslog.Local(tx.Now)+", good until "+accesslog.Local(ends)+". Enquiries: 3467 6300.")
		tx.Desks.Links().Add(&row)
		return rest.Parameters(rest.Param("id", "valueUuid", row.ID), rest.Param("url", "valueUri", base+chance), rest.Param("ends", "valueInstant", rest.Instant(row.Ends))), nil
	}, nil
}

// list gives a person the links that they made and that have not ended.
func (l *Links) list(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	var rows []store.Link
	err := l.store.Read(r.Context(), func(tx *store.Tx) error {
		rows = slices.DeleteFunc(tx.Desks.Links().Of(who.HCP, who.Staff), func(k store.Link) bool { return over(&k, tx.Now) })
		return nil
	})
	if err != nil {
		return err
	}
	out := rest.List{}
	for i := range rows {
		k := &rows[i]
		out = append(out, rest.Part("link", rest.Param("id", "valueUuid", k.ID), rest.Param("patient", "valueString", k.Patient), rest.Param("made", "valueInstant", rest.Instant(k.Made)), rest.Param("ends", "valueInstant", rest.Instant(k.Ends)),
			rest.Param("left", "valueString", strconv.Itoa(k.Left)), rest.Param("opened", "valueString", strconv.Itoa(k.Opened)), rest.Param("passcode", "valueBoolean", k.Code != nil), rest.Param("direct", "valueBoolean", k.Direct)))
	}
	l.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

// end ends a link of the asker's own.
func (l *Links) end(_ *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	id := in.Get("id").ValueUUID
	return func(tx *store.Tx) (any, error) {
		tx.Desks.Links().Sweep(tx.Now.UnixMicro())
		k := tx.Desks.Links().ByID(who.HCP, id)
		if k == nil || k.Staff != who.Staff {
			return nil, refusal.New(http.StatusNotFound, "", noSuch)
		}
		tx.Desks.Links().End(k.ID)
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditUnshare, Who: who, Patient: k.Patient, What: "link/" + k.ID})
		return rest.Parameters(rest.Param("id", "valueUuid", k.ID)), nil
	}, nil
}

// over reports a link that gives nothing any more.
func over(k *store.Link, now time.Time) bool {
	return !now.Before(store.Time(k.Ends)) || k.Left <= 0 || k.Tries <= 0
}

func newAddress() string {
	return base64.RawURLEncoding.EncodeToString(chanceOf(least))
}

func digest(chance string) []byte {
	sum := sha256.Sum256([]byte(chance))
	return sum[:]
}

// known is what a passcode is known by: without the centre's key nobody can try passcodes on it.
func (l *Links) known(id, code string) []byte { return registry.MAC(l.key, "link passcode", id, code) }

// matches reports the passcode of a link.
func (l *Links) matches(k *store.Link, code string) bool {
	return k.Code == nil || hmac.Equal(k.Code, l.known(k.ID, code))
}

// address is what the address of a link begins with: beside the FHIR base.
func (l *Links) address(r *http.Request) string {
	base := l.rest.Base(r)
	u, err := url.Parse(base)
	if err != nil {
		return base + "/shl/"
	}
	return u.Scheme + "://" + u.Host + "/shl/"
}
