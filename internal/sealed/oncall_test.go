package sealed_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// That somebody is on call is believed as they signed it, of themselves, and for a week at most.
func TestOnCallIsWhatItsPersonSigned(t *testing.T) {
	p := people{}
	lee, by := p.add(t, "lee", "1", "drlee")
	chan1, other := p.add(t, "chan", "1", "drchan")
	at := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		of   sealed.Person
		by   sealed.Signer
		long time.Duration
		want error
	}{
		"tonight":         {lee, by, 12 * time.Hour, nil},
		"no more":         {lee, by, 0, nil},
		"a week":          {lee, by, sealed.MostOnCall, nil},
		"longer":          {lee, by, sealed.MostOnCall + time.Second, sealed.ErrUnreadable},
		"of before":       {lee, by, -time.Second, sealed.ErrUnreadable},
		"for a colleague": {chan1, by, time.Hour, sealed.ErrForged},
		"by a stranger":   {lee, sealed.Signer{Key: other.Key, Name: "nobody"}, time.Hour, sealed.ErrUnknown},
		"in their name":   {lee, sealed.Signer{Key: other.Key, Name: "lee"}, time.Hour, sealed.ErrForged},
	} {
		signed, err := sealed.SignOnCall(&sealed.OnCall{Of: tt.of, At: at, Until: at.Add(tt.long)}, tt.by)
		if err != nil {
			t.Fatal(err)
		}
		o, err := sealed.ReadOnCall(signed, p)
		if !errors.Is(err, tt.want) || (err == nil) != (o.Of == lee) {
			t.Errorf("%s: %+v, %v; want %v", name, o, err, tt.want)
		}
	}
	offer, err := sealed.Sign(&sealed.OnCall{Of: lee, At: at, Until: at}, sealed.TypeOffer, by)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sealed.ReadOnCall(offer, p); !errors.Is(err, sealed.ErrForged) {
		t.Errorf("signed as something else: %v", err)
	}
}
