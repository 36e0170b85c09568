package screen

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// CardProof is the part of an act in which the patient's card proves itself: the
// centre's nonce makes a challenge of this act, the chip signs it in the
// transaction in which the card is read, and what was read is compared with the
// centre's record.
type CardProof struct {
	Job       Job
	Insertion uint64
	Reading   *ehrdesk.CardReading
	Match     ehrdesk.CardMatch
	Err       error // why there is no reading
}

// readingTime is for the centre's nonce and the card together.
const readingTime = 20 * time.Second

// CardRead is what a card gave.
type CardRead = Done[*ehrdesk.CardReading]

// Forget ends a reading and wipes what the card gave.
func (k *CardProof) Forget() {
	k.Job.Stop()
	k.Reading.Wipe()
	*k = CardProof{}
}

// Good reports a reading that a consent can rest on.
func (k *CardProof) Good() bool {
	return k.Reading != nil && k.Reading.Proof == ehrdesk.CardGenuineChip && k.Match.Holds()
}

// Begin reads the card that is in, for one act about a patient; nil where there
// is none to read.
func (k *CardProof) Begin(e *Env, request, patient string) tea.Cmd {
	in, n := e.Cards.Readable()
	if n != 1 || e.Locked {
		return nil
	}
	k.Forget()
	k.Insertion = in.Insertion
	session, source, insertion, provider := e.Session, e.Cards.Source, in.Insertion, e.Account().Provider
	var cmd tea.Cmd
	k.Job, cmd = Start(e, readingTime, patient, func(ctx context.Context) (*ehrdesk.CardReading, error) {
		nonce, err := session.CardNonce(ctx, request)
		if err != nil {
			return nil, err
		}
		challenge := ehrdesk.CardChallenge(nonce.Value, request, provider)
		return source.Read(ctx, insertion, &challenge)
	})
	return cmd
}

// Take takes what the card gave.
func (k *CardProof) Take(e *Env, m CardRead, p ehrdesk.Patient) {
	if k.Err = m.Err; m.Err != nil {
		return
	}
	k.Reading, k.Match = m.Value, ehrdesk.CompareCard(m.Value.Face, p)
	if !k.Match.OtherPerson() {
		e.Cards.Used = k.Insertion // its holder is on the screen: no look-up by itself
	}
}

// Evidence is a copy of what the card gave: the reading may be wiped while it
// travels.
func (k *CardProof) Evidence() *ehrdesk.CardEvidence {
	v := k.Reading.Evidence
	v.Face = slices.Clone(v.Face)
	return &v
}
