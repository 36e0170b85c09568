package central_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

// A centre that has outgrown its file goes on at a server as if nothing had been: desks stay enrolled,
// records come with the same bytes, who tried too many keys stays locked out, the log leads on, and
// nothing goes on from the file.
func TestACentreMovesToAServerAndGoesOn(t *testing.T) {
	pg := testpg.Start(t)
	at := pg.Database(t)
	w := newWorld(t, func(o *central.Options) { o.Store = "" })
	move := func(at string) (central.Moved, error) {
		return central.Move(t.Context(), w.dir, at, w.clock.now, nil)
	}
	version := 0 // of the file's tables, as long as it was not moved
	marked := func() {
		t.Helper()
		db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
		switch {
		case err != nil:
		case version == 0:
			err = db.QueryRow("PRAGMA user_version").Scan(&version)
		default:
			_, err = db.Exec(fmt.Sprintf("PRAGMA user_version = %d", version))
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}

	rep := w.importText(patientBundle(uuidA, "CHAN", entry(condition("c1", "")), entry(condition("c2", "")), entry(condition("c3", ""))))[0]
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	doctor, front := w.desk(hcp, ehrdesk.Doctor), w.desk(hcp, ehrdesk.FrontDesk)
	doctor.grant(rep.EHR)
	front.want(200, "POST", "/$day", dayIn(t, "0", w.clock.now(), []ehrdesk.DayLine{front.dayLine("A1234563", ehrdesk.WorkAccepted, w.clock.now())}))
	other := w.importText(patientBundle(uuidB, "WONG", entry(condition("d1", ""))))[0]
	wrong := "00000000"
	if other.AccessKey == wrong {
		wrong = "00000001"
	}
	try := func(d *desk, key string) int {
		status, _ := d.do("POST", "/Patient/$grant-sharing-consent", grantBody(other.EHR, func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["accessKey"] = "access-key", map[string]any{"valueString": key}
		}))
		return status
	}
	for range 3 {
		try(front, wrong)
	}
	before, _ := doctor.all("/Patient/" + uuidA + "/$everything?_count=50")

	if _, err := move(at); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Fatalf("while the centre runs: %v", err)
	}
	if err := w.c.Close(); err != nil {
		t.Fatal(err)
	}
	another := pg.Database(t)
	elsewhere, err := central.Open(t.Context(), central.Options{Dir: t.TempDir(), Store: another, Now: w.clock.now})
	if err == nil {
		err = elsewhere.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := move(another); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("where another centre is: %v", err)
	}
	marked()
	moved, err := move(at)
	if err != nil || moved.Records != 6 || moved.Events == 0 {
		t.Fatalf("%+v, %v", moved, err)
	}
	sameRows(t, filepath.Join(w.dir, "centre.db"), at)

	if _, err := central.Open(t.Context(), central.Options{Dir: w.dir, Now: w.clock.now}); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("a centre goes on from the file: %v", err)
	}
	if _, err := move(at); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("moved twice: %v", err)
	}
	marked() // as where the machine stopped between the server's word and the mark
	if _, err := move(at); err != nil {
		t.Errorf("a move that was cut off before the mark: %v", err)
	}

	if w.c, err = central.Open(t.Context(), central.Options{Dir: w.dir, Store: at, Now: w.clock.now}); err != nil {
		t.Fatal(err)
	}
	w.base = serve(t, w.c) + "/fhir"
	for _, d := range []*desk{doctor, front} {
		d.signIn()
	}
	if after, _ := doctor.all("/Patient/" + uuidA + "/$everything?_count=50"); !slices.Equal(before, after) {
		t.Errorf("%d records before, %d after, or other bytes", len(before), len(after))
	}
	if status := try(front, other.AccessKey); status != 423 {
		t.Errorf("the right key of who is locked out: %d", status)
	}
	more := w.importText(patientBundle(uuidC, "LEE", entry(condition("e1", ""))))[0]
	doctor.grant(more.EHR)
	if found, err := w.c.VerifyAudit(t.Context(), nil); err != nil || len(found.Faults) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	marked()
	if _, err := move(at); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("over a centre that has gone on: %v", err)
	}
}

// sameRows compares every table of a file with a server's, but what only one of them has.
func sameRows(t *testing.T, path, address string) {
	t.Helper()
	file, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	server, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	filled := 0
	for _, of := range dump(t, file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
		table := strings.Trim(of, "|")
		columns := strings.ReplaceAll(strings.Join(dump(t, file, "SELECT '\"' || name || '\"' FROM pragma_table_info('"+table+"')"), ","), "|", "")
		here, there := dump(t, file, "SELECT "+columns+" FROM \""+table+"\""), dump(t, server, "SELECT "+columns+" FROM \""+table+"\"")
		if !slices.Equal(here, there) {
			t.Errorf("%s: %d rows in the file, %d at the server, or others", table, len(here), len(there))
		}
		if len(here) > 0 {
			filled++
		}
	}
	if filled < 15 {
		t.Errorf("only %d tables have anything in them", filled)
	}
}

// dump is the rows of a query, sorted.
func dump(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, to := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, v := range row {
			line += "|" + string(v)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}
