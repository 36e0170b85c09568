package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// cardWays are the ways in which a training card can be put in: "" for as it
// should be, the others for what can go wrong.
func cardWays() []string {
	return []string{"", "slow", "pulled", "mute", "garbage", "wrong-signature", "clone", "swapped"}
}

// trainingCard makes a card of a person. Of "swapped" the caller puts in another
// one when the card has left.
func trainingCard(issuer *simcard.Issuer, p simcard.Person, way string) (*simcard.Card, error) {
	const pulledAt = 4 // the face is read by then, the proof is not
	from := issuer
	if way == "wrong-signature" {
		var err error
		if from, err = simcard.NewIssuer(nil); err != nil {
			return nil, err
		}
	}
	c, err := from.Issue(p)
	if err != nil {
		return nil, err
	}
	switch way {
	case "slow":
		c.Faults = simcard.From(1, simcard.Fault{Delay: 300 * time.Millisecond})
	case "pulled", "swapped":
		c.Faults = simcard.On(pulledAt, simcard.Fault{Pull: true})
	case "mute":
		c.Faults = simcard.From(1, simcard.Fault{Mute: true})
	case "garbage":
		c.Faults = simcard.From(2, simcard.Fault{Raw: []byte{0xDE, 0xAD, 0xBE, 0xEF, 0x7F, 0x62, 0x82}})
	case "clone":
		c.Applet = c.Applet.(*simcard.Training).Clone()
	}
	return c, nil
}

// printed is what stands on the card of a patient; false where somebody holds no
// identity card.
func printed(p ehrdesk.Patient) (simcard.Person, bool) {
	exempt := slices.ContainsFunc(p.Documents, func(d ehrdesk.Document) bool { return d.Type == "EC" }) // a number, and no card
	if p.HKIC.IsZero() || p.Born.Precision < ehrdesk.ToDay || exempt {
		return simcard.Person{}, false
	}
	issued := p.Born.Time.AddDate(11, 0, 1) // a first card comes at eleven
	if newest := time.Now().AddDate(0, -1, 0); issued.After(newest) {
		return simcard.Person{}, false
	}
	return simcard.Person{
		Name: p.Name.Latin(), Chinese: p.Name.Chinese, HKIC: p.HKIC, Born: p.Born.Time.Format("20060102"), Sex: p.Gender,
		Issued: issued.Format("20060102"), Photo: portrait(p.HKIC.Compact()),
	}, true
}

// portrait is a picture of nobody, another one for another number.
func portrait(number string) []byte {
	const w, h = 96, 128
	var sum uint32 = 2166136261
	for _, b := range []byte(number) {
		sum = (sum ^ uint32(b)) * 16777619 // FNV-1a
	}
	ground, skin, coat := color.RGBA{uint8(sum), 190, 210, 255}, color.RGBA{224, 180 + uint8(sum>>8)%40, 150, 255}, color.RGBA{40, uint8(sum >> 16), 90, 255}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	in := func(x, y, cx, cy, rx, ry int) bool {
		dx, dy := x-cx, y-cy
		return dx*dx*ry*ry+dy*dy*rx*rx <= rx*rx*ry*ry
	}
	for y := range h {
		for x := range w {
			c := ground
			switch {
			case in(x, y, w/2, 50, 22, 28):
				c = skin
			case in(x, y, w/2, h, 44, 44):
				c = coat
			}
			m.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}) != nil {
		return nil // a card without a photo
	}
	return b.Bytes()
}
