package cardreader

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Station reads cards at this desk. Its fields are set before it is used; it is
// then for any number of goroutines.
type Station struct {
	Establish Establish
	Profiles  []*Profile
	// Issuers are the keys whose signatures this desk believes, from its own
	// configuration. Without one no training card is believed.
	Issuers []*ecdsa.PublicKey
	// Readers are the beginnings of the names of readers that may be used; none
	// is any reader but a virtual one.
	Readers []string
	// Virtual allows virtual readers, for training and tests: behind one is a
	// program that can say anything.
	Virtual bool
	// SAM is how the name begins of the reader in which the SAM stays, for cards
	// that open to nobody else; "" for none. Where both are in one device it must
	// tell its slot from the patients', and there is one such reader. No patient's
	// card is read there.
	SAM string

	mu   sync.Mutex
	left map[string]<-chan struct{} // by reader: a session that waits for its card
}

const (
	readingTime = 10 * time.Second       // for one reading, where the caller sets no end
	moment      = 200 * time.Millisecond // for a session that was broken off to be gone
)

// Allowed reports whether this desk uses a reader of that name. Names are what
// drivers say: with Readers set, a program cannot pass without taking the name
// of a reader that the site has.
func (s *Station) Allowed(reader string) bool {
	if s.holdsSAM(reader) || (!s.Virtual && virtual(reader)) {
		return false
	}
	for _, r := range s.Readers {
		if r != "" && strings.HasPrefix(reader, r) {
			return true
		}
	}
	return len(s.Readers) == 0
}

// virtual tells the readers behind which there is a program, by their names.
func virtual(reader string) bool {
	low := strings.ToLower(reader)
	return strings.Contains(low, "virtual") || strings.Contains(low, "vpcd")
}

// Recognition is what an ATR alone tells.
type Recognition struct {
	Profile  string            // of the first that fits
	Card     map[string]string // what people call it: en, zh-Hant, zh-Hans
	Readable bool              // false: type or scan the number
}

// Recognise tells which card an ATR may be of. It sends nothing.
func (s *Station) Recognise(atr []byte) (Recognition, bool) {
	fits := match(s.Profiles, atr)
	if len(fits) == 0 {
		return Recognition{}, false
	}
	return Recognition{Profile: fits[0].ID, Card: fits[0].Card, Readable: s.reads(fits[0])}, true
}

// Reader is one reader as List finds it.
type Reader struct {
	Name    string
	Allowed bool
	Card    bool
	Mute    bool
	ATR     []byte
}

// List says which readers there are and what is in them. Where a monitor runs in
// this process, ask its events instead. Errors: CodeCard.
func (s *Station) List() ([]Reader, error) {
	const op = "card.list"
	if !running.CompareAndSwap(false, true) {
		return nil, failure(op, Internal, "a monitor runs in this process", nil)
	}
	defer running.Store(false)
	pc, err := s.Establish()
	if err != nil {
		return nil, failed(op, "", err)
	}
	defer func() { _ = pc.Release() }()
	names, err := pc.Readers()
	if err != nil && !errors.Is(err, pcsc.ErrNoReaders) {
		return nil, failed(op, "", err)
	}
	names = names[:min(len(names), pcsc.MaxWatched)]
	if len(names) == 0 {
		return nil, nil
	}
	states := make([]pcsc.ReaderState, len(names))
	for i, name := range names {
		states[i].Reader = name
	}
	if err := pc.Wait(states, time.Second); err != nil && !errors.Is(err, pcsc.ErrTimeout) {
		return nil, failed(op, "", err)
	}
	out := make([]Reader, len(states))
	for i, st := range states {
		out[i] = Reader{Name: st.Reader, Allowed: s.Allowed(st.Reader), Card: st.Event&pcsc.Present != 0, Mute: st.Event&pcsc.Mute != 0, ATR: st.ATR}
	}
	return out, nil
}

// Read reads the card in reader, which answered atr to its reset, in one
// transaction. challenge is what a genuine chip is to sign, nil for one that
// nobody else knows: a consent gives its own, so that the answer is for that act
// and no other.
//
// A card that another program reset, or whose link broke, is tried once more
// from the beginning; nothing read before is kept. The reading ends with ctx,
// after 10 s where ctx has no end.
//
// Errors: CodeCard with every Kind. Recognised and Unknown connect to nothing.
func (s *Station) Read(ctx context.Context, reader string, atr []byte, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	if !s.Allowed(reader) {
		return nil, failure(opRead, ReaderRefused, "", nil)
	}
	fits := match(s.Profiles, atr)
	switch {
	case len(fits) == 0:
		return nil, failure(opRead, Unknown, "", nil)
	case fits[0].RecogniseOnly:
		return nil, failure(opRead, Recognised, fits[0].ID, nil)
	}
	if fits = slices.DeleteFunc(fits, func(p *Profile) bool { return !s.reads(p) }); len(fits) == 0 {
		return nil, failure(opRead, Recognised, "", errNoSAM)
	}
	if _, ends := ctx.Deadline(); !ends {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, readingTime)
		defer stop()
	}
	r, err := s.once(ctx, reader, fits, challenge)
	if k := KindOf(err); err == nil || (k != Reset && k != Link) || ctx.Err() != nil {
		return r, err
	}
	r, again := s.once(ctx, reader, fits, challenge)
	if KindOf(again) == NoCard && again != nil { // so that is why the link broke
		return nil, failure(opRead, Removed, "", again)
	}
	return r, again
}

// once is one try at a card.
func (s *Station) once(ctx context.Context, reader string, fits []*Profile, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	if s.waits(ctx, reader) {
		return nil, failure(opRead, Busy, "the last command still waits for its card", nil)
	}
	session, err := Open(ctx, s.Establish, reader)
	defer s.leave(reader, session)
	if err != nil {
		return nil, err
	}
	for _, p := range fits {
		found, err := session.Select(ctx, p.ID+" select", p.aid)
		if err != nil {
			return nil, err
		}
		if found {
			return s.face(ctx, session, reader, p, challenge)
		}
	}
	return nil, failure(opRead, Unknown, "select", nil)
}

// face opens the card where it needs that, reads, decodes and verifies by one
// profile.
func (s *Station) face(ctx context.Context, session *Session, reader string, p *Profile, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	release, err := s.unlock(ctx, session, p)
	defer release()
	if err != nil {
		return nil, err
	}
	read, err := session.steps(ctx, p)
	if err != nil {
		return nil, err
	}
	defer read.wipe()
	r := &ehrdesk.CardReading{Profile: p.ID, Reader: reader, At: time.Now()}
	if r.Face, err = decode(p, read, r.At); err != nil {
		return nil, err
	}
	with := proving{read: read, face: r.Face, issuers: s.Issuers, challenge: newChallenge()}
	if challenge != nil {
		with.challenge = *challenge
	}
	if r.Proof, r.Evidence, err = verifiers[p.Verify].run(ctx, session, with); err != nil {
		r.Wipe()
		return nil, err
	}
	r.Evidence.Profile, r.Evidence.Source, r.Evidence.Proof = p.ID, ownName, r.Proof
	return r, nil
}

// waits reports whether a session of before still waits in this reader: a silent
// card keeps one worker, and not one for every try. One that is just being
// broken off is given a moment.
func (s *Station) waits(ctx context.Context, reader string) bool {
	s.mu.Lock()
	gone := s.left[reader]
	s.mu.Unlock()
	if gone == nil {
		return false
	}
	moment := time.NewTimer(moment)
	defer moment.Stop()
	select {
	case <-gone:
		return false
	case <-moment.C:
	case <-ctx.Done():
	}
	return true
}

// leave closes a session and remembers one that could not be.
func (s *Station) leave(reader string, session *Session) {
	session.Close()
	select {
	case <-session.Gone():
		return
	default:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == nil {
		s.left = map[string]<-chan struct{}{}
	}
	s.left[reader] = session.Gone()
}
