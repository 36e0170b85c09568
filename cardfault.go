package ehrdesk

import "errors"

// CardFault is what went wrong, in the few ways that a person acts on. It is an
// error itself: errors.Is(err, ehrdesk.FaultRemoved).
type CardFault uint8

// The faults, and what the person or the program does about each.
const (
	FaultInternal      CardFault = iota // a fault of ours
	FaultUnsupported                    // this build reads no cards: type
	FaultNoService                      // the service is not there: it is tried again
	FaultDenied                         // the service refuses this user: polkit rule
	FaultNoReader                       // plug the reader in
	FaultReaderRefused                  // a reader this desk must not use: a virtual one in production
	FaultNoCard                         // insert
	FaultRemoved                        // it was there and has gone: insert again, partial data dropped
	FaultMute                           // present, but no valid answer: turn the card over
	FaultBusy                           // another program holds the reader: close it
	FaultReset                          // another program reset the card: tried once more
	FaultLink                           // the link to the card broke, often a pull not noticed yet: tried once more
	FaultLate                           // our deadline passed
	FaultCancelled                      // our caller gave up
	FaultUnknown                        // no profile for this card: type
	FaultRecognised                     // known and not for us to read (HKIC): type or scan
	FaultRefused                        // the card answered with a status word that is not success
	FaultMalformed                      // the answer breaks ISO 7816 or TLV rules
	FaultTooLarge                       // the answer is larger than allowed
	FaultBadData                        // a field is not what it must be
	FaultUntrusted                      // a signature or the chip's answer does not hold
	FaultForbidden                      // a command that may not be sent; nothing was sent
)

var cardFaults = [...]struct{ token, words string }{
	FaultInternal:      {"internal", "the card part of this program failed"},
	FaultUnsupported:   {"unsupported", "this build reads no cards"},
	FaultNoService:     {"no-service", "the smart-card service is not running"},
	FaultDenied:        {"denied", "this user is not allowed to use the card reader"},
	FaultNoReader:      {"no-reader", "no card reader is connected"},
	FaultReaderRefused: {"reader-refused", "this desk does not use that reader"},
	FaultNoCard:        {"no-card", "there is no card in the reader"},
	FaultRemoved:       {"removed", "the card was removed"},
	FaultMute:          {"mute", "the card does not answer; turn it over"},
	FaultBusy:          {"busy", "another program holds the reader"},
	FaultReset:         {"reset", "another program reset the card"},
	FaultLink:          {"link", "the link to the card broke"},
	FaultLate:          {"late", "the card did not answer in time"},
	FaultCancelled:     {"cancelled", "the reading was given up"},
	FaultUnknown:       {"unknown-card", "this desk does not know this card"},
	FaultRecognised:    {"recognised", "the card is recognised and cannot be read here; type or scan the number"},
	FaultRefused:       {"refused", "the card refused a command"},
	FaultMalformed:     {"malformed", "the card's answer is not well formed"},
	FaultTooLarge:      {"too-large", "the card's answer is larger than allowed"},
	FaultBadData:       {"bad-data", "what the card says is not valid"},
	FaultUntrusted:     {"untrusted", "the card could not prove that it is genuine"},
	FaultForbidden:     {"forbidden", "a command that may not be sent to a card was not sent"},
}

// String is a token for logs, audit and translation: "removed", "busy".
func (k CardFault) String() string {
	if int(k) < len(cardFaults) {
		return cardFaults[k].token
	}
	return cardFaults[FaultInternal].token
}

// Error is the kind in words.
func (k CardFault) Error() string {
	if int(k) < len(cardFaults) {
		return cardFaults[k].words
	}
	return cardFaults[FaultInternal].words
}

// CardFaults lists all.
func CardFaults() []CardFault {
	out := make([]CardFault, len(cardFaults))
	for i := range out {
		out[i] = CardFault(i)
	}
	return out
}

// CardFaultOf is the fault inside err, FaultInternal where it holds none.
func CardFaultOf(err error) CardFault {
	var k CardFault
	if errors.As(err, &k) {
		return k
	}
	return FaultInternal
}
