package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// scriptArchived writes a case that has ended, as a desk archives it: three days lie between its end and its beginning, which no script
// waits for.
//
//	archived KEY.pub FILE
func scriptArchived(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: archived KEY.pub FILE")
	}
	to, err := sealed.ParsePublic(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	lee, chan1 := ehrdesk.CasePerson{Provider: "1", Staff: "drlee"}, ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "2", Staff: "drchan"}, Name: "Dr CHAN"}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	keys := sealed.One{Of: sealed.Person(lee), Name: "k1", Key: key.Public()}
	var c ehrdesk.Case
	a := &casearchive.Case{ID: "c1", By: ehrdesk.CaseMember{CasePerson: lee, Name: "Dr LEE"}, At: at.Add(ehrdesk.CaseCooling)}
	var hashes []string
	for _, e := range []ehrdesk.CaseEvent{
		{Case: "c1", Kind: ehrdesk.CaseBegun, Patient: "p1", Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseArchives, At: at},
		{Kind: ehrdesk.CaseJoined, At: at, Person: &chan1},
		{Kind: ehrdesk.CaseSpoke, At: at, Envelope: &ehrdesk.CaseEnvelope{ID: "e1", Digest: []byte{1}, To: []ehrdesk.CasePerson{chan1.CasePerson}}},
		{Kind: ehrdesk.CaseSpoke, At: at, Envelope: &ehrdesk.CaseEnvelope{ID: "e2", Digest: []byte{2}, To: []ehrdesk.CasePerson{chan1.CasePerson}}},
		{Kind: ehrdesk.CaseSpoke, At: at, Envelope: &ehrdesk.CaseEnvelope{ID: "e3", Digest: []byte{3}, To: []ehrdesk.CasePerson{chan1.CasePerson}}},
		{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(ehrdesk.CaseCooling)},
		{Kind: ehrdesk.CaseEnded, At: at.Add(ehrdesk.CaseCooling)},
	} {
		e.By, e.Name = lee, "Dr LEE"
		signed, err := caselog.Next(&c, e, sealed.Signer{Key: key, Name: "k1"})
		ts.Check(err)
		hashes, err = caselog.Follow(&c, hashes, []string{signed}, keys, nil)
		ts.Check(err)
		ts.Check(a.Add(signed, keys))
	}
	film := "%PDF-1.7 a film"
	a.Said = []casearchive.Said{{Envelope: "e1", File: true, Body: ehrdesk.CaseBody{Text: "seen on the ward", File: &ehrdesk.CaseFile{Name: "film.pdf", Media: "application/pdf", Size: int64(len(film))}}},
		{Envelope: "e3", Body: ehrdesk.CaseBody{Allergy: &ehrdesk.CaseAllergy{Kind: "drug", Substance: "amoxicillin", Reaction: "anaphylaxis", Certainty: "likely", Seen: "Dr LEE"}}}}
	ts.Check(report.WriteFrom("test", ts.MkAbs(args[1]), func(w io.Writer) error {
		return casearchive.SealWith(w, a, to, func(_ *casearchive.Said, w io.Writer) error { _, err := io.WriteString(w, film); return err })
	}))
}

type onDesk map[string][]byte

func (d onDesk) CaseArchive(_ context.Context, name string, to io.Writer) error {
	if b := d[name]; b != nil {
		_, err := to.Write(b)
		return err
	}
	return ehrdesk.Errorf("archive", ehrdesk.CodeNotFound, "no archived case of that name lies on this desk")
}

// What "archive", "export" writes is the sealed bytes, into a new file that is its owner's alone. On a desk it is there three days after
// a case was closed, for which no script waits.
func TestAnArchivedCaseIsWrittenAsItIsSealed(t *testing.T) {
	var said bytes.Buffer
	a := &app{streams: streams{out: &said}}
	out := filepath.Join(t.TempDir(), "case.age")
	desk := onDesk{"c1-drlee-6": []byte("sealed")}
	if err := a.writeArchive(t.Context(), desk, "c1-drho-6", out); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
	for _, want := range []ehrdesk.Code{"", ehrdesk.CodeConflict} {
		if err := a.writeArchive(t.Context(), desk, "c1-drlee-6", out); ehrdesk.CodeOf(err) != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	info, err := os.Stat(out)
	if err != nil || info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
		t.Errorf("%v, %v", info, err)
	}
	if b, err := os.ReadFile(out); err != nil || string(b) != "sealed" {
		t.Errorf("%q, %v", b, err)
	}
}
