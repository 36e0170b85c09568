package cardreader

import (
	"bytes"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// places are the fields that a profile can fill, and with what.
var places = map[string]struct {
	kind fieldKind
	put  func(*ehrdesk.CardFace, value)
}{
	"number":      {numberKind, func(f *ehrdesk.CardFace, v value) { f.HKIC, f.Other = v.hkic, v.number }},
	"card-number": {digitsKind, func(f *ehrdesk.CardFace, v value) { f.CardNumber = v.text }},
	"name":        {textKind, func(f *ehrdesk.CardFace, v value) { f.Name = v.text }},
	"local-name":  {textKind, func(f *ehrdesk.CardFace, v value) { f.LocalName = v.text }},
	"born":        {dateKind, func(f *ehrdesk.CardFace, v value) { f.Born = v.date }},
	"sex":         {sexKind, func(f *ehrdesk.CardFace, v value) { f.Sex = v.sex }},
	"issued":      {dateKind, func(f *ehrdesk.CardFace, v value) { f.Issued = v.date }},
	"expires":     {dateKind, func(f *ehrdesk.CardFace, v value) { f.Expires = v.date }},
	"photo":       {photoKind, func(f *ehrdesk.CardFace, v value) { f.Photo = v.photo }},
}

// decode fills a face from what the steps read. Everything it refuses is the
// card's fault: BadData, or Malformed where the card breaks TLV's own rules.
func decode(p *Profile, read buffers, now time.Time) (face ehrdesk.CardFace, err error) {
	defer func() {
		if err != nil {
			clear(face.Photo)
			face = ehrdesk.CardFace{}
		}
	}()
	trees := map[string][]tlv.Node{}
	for _, f := range p.Fields {
		step := "field " + f.Name
		b, found, err := locate(f, read, trees)
		switch {
		case err != nil:
			return face, failure(opRead, Malformed, step, err)
		case !found && f.Optional:
			continue
		case !found:
			return face, failure(opRead, BadData, step, errors.New("it is not there"))
		case len(b) > f.Limit:
			return face, failure(opRead, TooLarge, step, nil)
		}
		if f.Optional && len(bytes.Trim(b, "\x00 ")) == 0 { // left blank, whatever it is read as
			continue
		}
		v, err := decoders[f.Decode].run(b)
		switch {
		case f.Optional && errors.Is(err, errEmpty), f.Name == "expires" && errors.Is(err, errForever):
			continue
		case err != nil:
			return face, failure(opRead, BadData, step, err)
		case f.Name != "expires" && v.date.Time.After(now.AddDate(0, 0, 1)): // a day for the zone
			return face, failure(opRead, BadData, step, errDate)
		}
		places[f.Name].put(&face, v)
	}
	return face, nil
}

// locate finds a field's bytes: by a TLV path, by offset and length, or all.
func locate(f Field, read buffers, trees map[string][]tlv.Node) (b []byte, found bool, err error) {
	b, found = read[f.From]
	switch {
	case !found || (len(b) == 0 && f.Path == ""):
		return nil, false, nil
	case f.Length > 0:
		if f.Offset+f.Length > len(b) {
			return nil, false, nil
		}
		return b[f.Offset : f.Offset+f.Length], true, nil
	case f.Path == "":
		return b, true, nil
	}
	tree, parsed := trees[f.From]
	if !parsed {
		if tree, err = tlv.Parse(b, tlv.Card); err != nil {
			return nil, false, err
		}
		trees[f.From] = tree
	}
	path, err := f.tags()
	if err != nil {
		return nil, false, err
	}
	n, found, err := tlv.Find(tree, path...)
	return n.Value, found, err
}
