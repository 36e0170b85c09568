//go:build linux

package scenarios

import (
	"fmt"
	"sync"
	"syscall"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

func TestWithoutTheServiceItIsSaidAtOnce(t *testing.T) {
	if missing != "" {
		t.Skip("SKIP", missing)
	}
	service.Stop(syscall.SIGTERM) // which another test may have started
	for name, establish := range backends {
		_, err := establish()
		if err != pcsc.ErrNoService {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACardIsReadAndProven(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for _, t0 := range []bool{false, true} {
			c := card(t, 0)
			c.Applet.(*simcard.Training).T0 = t0
			in := r.insert(t, 0, c)
			got, err := r.read(0, c)
			if err != nil {
				t.Fatal(err)
			}
			if got.Face.HKIC.Printed() != "A123456(3)" || got.Face.LocalName != "陳大文" || got.Proof != ehrdesk.CardGenuineChip || len(got.Face.Photo) != 2004 {
				t.Errorf("T=0 %v: proof %v, photo of %d bytes", t0, got.Proof, len(got.Face.Photo))
			}
			r.pull(t, 0, in)
		}
	})
}

func TestPublicLayoutsAndAPhotoOf20KiB(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		large, err := maker.Issue(simcard.Person{Name: "LARGE, Photo", HKIC: hkic(t), Born: "19660215", Issued: "20190603",
			Photo: append([]byte{0xFF, 0xD8, 0xFF}, make([]byte, 20<<10)...)})
		if err != nil {
			t.Fatal(err)
		}
		cards := map[string]*simcard.Card{"thai-nid": simcard.Thai(), "mykad": simcard.MyKad(), "taiwan-nhi": simcard.TaiwanNHI(), "training-1": large}
		reader := 0
		for profile, c := range cards {
			r.insert(t, reader, c)
			got, err := r.read(reader, c)
			if err != nil || got.Profile != profile {
				t.Errorf("%s: %v", profile, err)
			}
			reader++
		}
	})
}

func TestForgeriesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		clone := card(t, 0)
		clone.Applet = clone.Applet.(*simcard.Training).Clone()
		other, err := simcard.NewIssuer(nil)
		if err != nil {
			t.Fatal(err)
		}
		forged, err := other.Issue(simcard.Person{Name: "FORGED", HKIC: hkic(t), Born: "19660215", Issued: "20190603"})
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range []*simcard.Card{clone, forged} {
			r.insert(t, i, c)
			got, err := r.read(i, c)
			wantKind(t, err, cardreader.Untrusted)
			if got != nil {
				t.Error("a forged card gave a reading")
			}
		}
	})
}

func TestFourReadersAtOnceKeepTheirPatientsApart(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var cards []*simcard.Card
		for i := range 2 * groups {
			cards = append(cards, card(t, i))
			r.put(t, i, cards[i])
		}
		for i := range cards {
			r.await(t, i, true)
		}
		var wg sync.WaitGroup
		for i, c := range cards {
			wg.Go(func() {
				for range 25 {
					got, err := r.read(i, c)
					if err != nil || got.Face.Name != fmt.Sprintf("PATIENT, No%d", i) {
						t.Errorf("reader %d: %v", i, err)
						return
					}
				}
			})
		}
		wg.Wait()
	})
}
