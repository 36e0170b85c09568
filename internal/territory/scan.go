package territory

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// scan is a letter as a scanner sends it: an image of a page with lines of
// handwriting on it, and no text.
func scan(r *rand.Rand) attachment {
	const width, height = 620, 877 // A4 at 75 dots an inch
	page := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Gray{Y: 244}, color.Gray{Y: 40}})
	for y := 90; y < 640; y += 30 {
		for x := 70; x < 480+r.IntN(70); {
			word := 18 + r.IntN(50)
			for i := range word { // a stroke that goes up and down as letters do
				h := r.IntN(9)
				for j := range 3 {
					page.SetColorIndex(x+i, y-h+j, 1)
				}
			}
			x += word + 12
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		panic("territory: a page that no picture can be made of: " + err.Error()) // memory takes all that is written
	}
	return attachment{"image/png", b.Bytes()}
}
