package sealed

import "time"

// TypeOnCall is of a statement that somebody is on call.
const TypeOnCall = "ehrdesk-on-call+jws"

// MostOnCall is how long ahead somebody may say that they are on call.
const MostOnCall = 7 * 24 * time.Hour

// OnCall is that somebody is on call until a time, or no more, where Until is At: as they sign it, so that whoever hands it on can
// neither make one up nor keep one past its time. Of two by one person the later At counts.
type OnCall struct {
	Of    Person    `json:"of"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
}

// SignOnCall signs a statement.
func SignOnCall(o *OnCall, by Signer) (string, error) { return Sign(o, TypeOnCall, by) }

// ReadOnCall reads a statement that the person whom it is of has signed. Errors: those of Read; ErrUnreadable for one that goes further
// ahead than MostOnCall.
func ReadOnCall(compact string, keys Signers) (o OnCall, err error) {
	err = Read(compact, TypeOnCall, keys, &o, func() (Person, time.Time) { return o.Of, o.At })
	if err == nil && (o.At.IsZero() || o.Until.Before(o.At) || o.Until.Sub(o.At) > MostOnCall) {
		err = ErrUnreadable
	}
	if err != nil {
		return OnCall{}, err
	}
	return o, nil
}
