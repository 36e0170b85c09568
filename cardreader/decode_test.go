package cardreader

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestDecoders(t *testing.T) {
	for _, c := range []struct {
		decoder string
		in      string // hexadecimal
		want    string // what it shows; "" for refused
	}{
		{"ascii", "4348414E2020", "CHAN"},
		{"ascii", "434841C0", ""},
		{"ascii", "2020", ""},
		{"utf8", "E999B3E5A4A7E69687", "陳大文"},
		{"utf8", "E999", ""},
		{"utf8", "41CC81CC81CC81CC81", ""}, // four accents on one letter
		{"utf8", "F0A0AE9F", "𠮟"},
		{"big5", "B3AFA46AA4E52020", "陳大文"},
		{"big5", "B3", ""},
		{"big5", "FFFF", ""},
		{"cp1252", "4AFC72676572", "Jürger"},
		{"cp1252", "4A81", ""},
		{"tis620", "E3A8B4D5", "ใจดี"},
		{"tis620", "E3FF", ""},
		{"tis620_hash", "B9D2C223E3A8B4D5", "นาย ใจดี"},
		{"digits", "303132", "012"},
		{"digits", "30313A", ""},
		{"bcd_date", "19660215", "1966-02-15"},
		{"bcd_date", "19660431", ""},
		{"bcd_date", "1966021A", ""},
		{"bcd_date", "196602", ""},
		{"date", hex.EncodeToString([]byte("19660200")), "1966-02"},
		{"date", hex.EncodeToString([]byte("17660215")), ""},
		{"buddhist_date", hex.EncodeToString([]byte("25090215")), "1966-02-15"},
		{"buddhist_date", hex.EncodeToString([]byte("25090000")), "1966"},
		{"buddhist_date", hex.EncodeToString([]byte("25091300")), ""},
		{"roc_date", hex.EncodeToString([]byte("0550215")), "1966-02-15"},
		{"roc_date", hex.EncodeToString([]byte("1130229")), "2024-02-29"},
		{"roc_date", hex.EncodeToString([]byte("550215")), ""},
		{"iso_sex", "31", "male"},
		{"iso_sex", "33", ""},
		{"mf_sex", "46", "female"},
		{"lp_sex", "50", "female"},
		{"hkic", hex.EncodeToString([]byte("A123456(3)")), "A123456(3)"},
		{"hkic", hex.EncodeToString([]byte("A123456(4)")), ""},
		{"hkic", hex.EncodeToString([]byte("A123456")), ""},
		{"thai_id", hex.EncodeToString([]byte("1234567890121")), "1234567890121"},
		{"thai_id", hex.EncodeToString([]byte("1234567890122")), ""},
		{"mykad_id", hex.EncodeToString([]byte("660215141235 ")), "660215141235"},
		{"mykad_id", hex.EncodeToString([]byte("66021514123")), ""},
		{"taiwan_id", hex.EncodeToString([]byte("A123456789")), "A123456789"},
		{"taiwan_id", hex.EncodeToString([]byte("A123456788")), ""},
		{"taiwan_id", hex.EncodeToString([]byte("1123456789")), ""},
		{"jpeg", "FFD8FFE0", "ffd8ffe0"},
		{"jpeg", "89504E47", ""},
	} {
		in, err := hex.DecodeString(c.in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := decoders[c.decoder].run(in)
		got := v.text + v.date.String() + string(v.sex) + v.hkic.Printed() + v.number.Number + hex.EncodeToString(v.photo)
		if (err != nil) != (c.want == "") || (err == nil && got != c.want) {
			t.Errorf("%s of %s: %q, %v; want %q", c.decoder, c.in, got, err, c.want)
		}
	}
}

// A card for life says so with a date that is none, and what a card may leave out
// it may leave blank: both are read without. What it must say it must say.
func TestABlankOrEndlessFieldIsReadWithout(t *testing.T) {
	for _, c := range []struct {
		name, decode, in string
		optional, ok     bool
	}{
		{"expires", "date", "99999999", false, true},
		{"expires", "buddhist_date", "99999999", false, true},
		{"expires", "roc_date", "9999999", false, true},
		{"expires", "buddhist_date", "        ", true, true},
		{"expires", "date", "\x00\x00\x00\x00\x00\x00\x00\x00", true, true},
		{"expires", "bcd_date", "\x99\x99\x99\x99", false, true},
		{"sex", "iso_sex", " ", true, true},
		{"card-number", "digits", "    ", true, true},
		{"photo", "jpeg", "\x00\x00", true, true},
		{"expires", "date", "        ", false, false},
		{"born", "date", "99999999", false, false},
		{"born", "date", "99999999", true, false},
		{"expires", "date", "20269999", true, false},
	} {
		p := &Profile{Fields: []Field{{Name: c.name, From: "f", Decode: c.decode, Limit: 64, Optional: c.optional}}}
		face, err := decode(p, buffers{"f": []byte(c.in)}, time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
		if (err == nil) != c.ok || err == nil && (!face.Expires.IsZero() || face.Sex != "" || face.CardNumber != "" || face.Photo != nil) {
			t.Errorf("%s of %q, optional %v: %+v, %v", c.name, c.in, c.optional, face, err)
		}
	}
}

// FuzzDecode: whatever bytes a card gives, what a decoder lets through is safe to
// draw and within its kind.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("CHAN, Tai Man"))
	f.Add([]byte("\x1b]0;x\x07"))
	f.Add([]byte("\xB3\xAF\xA4\x6A"))
	f.Add([]byte("25090215"))
	f.Add([]byte("\u202e陳"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bytes.Clone(b)
		for name, d := range decoders {
			v, err := d.run(b)
			if !bytes.Equal(in, b) {
				t.Fatalf("%s changed its input", name)
			}
			if err != nil {
				continue
			}
			if v.text != ehrdesk.CleanLine(v.text) || safe(v.text) != nil {
				t.Fatalf("%s let an unsafe text through", name)
			}
			if d.kind == dateKind && (v.date.IsZero() || v.date.Time.Year() < 1850) {
				t.Fatalf("%s: %v", name, v.date)
			}
		}
	})
}
