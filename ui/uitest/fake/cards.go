package fake

import (
	"context"
	"slices"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// Reader and StaffReader are the names of the fake desk's readers.
const (
	Reader      = "Counter Reader 00"
	StaffReader = "Staff Reader 00"
)

// Cards are card readers that do what a test says. The events they give are for
// the test to send on.
type Cards struct {
	mu    sync.Mutex
	n     uint64
	in    map[uint64]answer
	Given []*ehrdesk.CardReading // every reading handed out, to see it wiped
	Asked [][32]byte             // the challenges, zero for none
}

type answer struct {
	reading ehrdesk.CardReading
	err     error
}

// Next ends at once: tests send events themselves.
func (c *Cards) Next(context.Context) (ehrdesk.CardEvent, bool) { return ehrdesk.CardEvent{}, false }

// Ready are the events of a service with the two readers.
func (c *Cards) Ready() []ehrdesk.CardEvent {
	return []ehrdesk.CardEvent{
		{Kind: ehrdesk.CardServiceUp, Allowed: true},
		{Kind: ehrdesk.CardReaderAdded, Reader: Reader, Allowed: true},
		{Kind: ehrdesk.CardReaderAdded, Reader: StaffReader, Allowed: true, Staff: true},
	}
}

// Insert is a card that gives r, or err, when it is read.
func (c *Cards) Insert(r ehrdesk.CardReading, err error) ehrdesk.CardEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.in == nil {
		c.in = map[uint64]answer{}
	}
	c.n++
	c.in[c.n] = answer{r, err}
	return ehrdesk.CardEvent{Kind: ehrdesk.CardInserted, Reader: Reader, Insertion: c.n, Allowed: true, Readable: true,
		Profile: "training-1", Card: map[string]string{"en": "training card", "zh-Hant": "訓練卡", "zh-Hans": "训练卡"}, At: Clock()}
}

// Remove takes the card of an insertion out; a reading of it from now on fails,
// and one already made is the test's to send late.
func (c *Cards) Remove(e ehrdesk.CardEvent) ehrdesk.CardEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.in, e.Insertion)
	e.Kind = ehrdesk.CardRemoved
	return e
}

// Keep makes a removal that the reading does not notice: it gives what it read.
func (c *Cards) Keep(e ehrdesk.CardEvent) ehrdesk.CardEvent {
	e.Kind = ehrdesk.CardRemoved
	return e
}

// Read gives what the card of the insertion gives, with evidence over challenge.
func (c *Cards) Read(_ context.Context, insertion uint64, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.in[insertion]
	if !ok {
		return nil, ehrdesk.E("fake.read", ehrdesk.CodeCard, ehrdesk.FaultRemoved)
	}
	if a.err != nil {
		return nil, a.err
	}
	r := a.reading
	r.Face.Photo, r.Evidence.Face = slices.Clone(r.Face.Photo), []byte(r.Face.Name)
	if challenge != nil {
		r.Evidence.Challenge = *challenge
	}
	c.Asked = append(c.Asked, r.Evidence.Challenge)
	c.Given = append(c.Given, &r)
	return &r, nil
}

// Card is the genuine card of a patient, who is asked for by number.
func (d *Desk) Card(number string) ehrdesk.CardReading {
	n, err := ehrdesk.ParseNumber(number)
	if err != nil {
		return ehrdesk.CardReading{}
	}
	who := d.find(n)
	if who == nil {
		return ehrdesk.CardReading{}
	}
	p := who.patient
	return ehrdesk.CardReading{
		Profile: "training-1", Reader: Reader, At: Clock(), Proof: ehrdesk.CardGenuineChip,
		Face:     ehrdesk.CardFace{HKIC: p.HKIC, Name: p.Name.Latin(), LocalName: p.Name.Chinese, Born: p.Born, Sex: p.Gender, Issued: ehrdesk.Day(2019, 6, 1)},
		Evidence: ehrdesk.CardEvidence{Profile: "training-1", Source: "reader", Scheme: "training-1", Proof: ehrdesk.CardGenuineChip, Response: []byte{1}, Signed: []byte{2}},
	}
}
