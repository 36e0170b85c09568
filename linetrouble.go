package ehrdesk

import "errors"

// LineTrouble is what stands between this desk and the centre: the cause of errors whose
// code is CodeOffline or CodeTimeout, where it is known. Each has words of its own, since
// each is mended by somebody else.
type LineTrouble string

// The troubles of a line.
const (
	TroubleNetwork   LineTrouble = "network"        // this desk has no way out: a cable, a radio
	TroubleName      LineTrouble = "name"           // the centre's name is not found (DNS)
	TroubleRefused   LineTrouble = "refused"        // nothing takes connections at its address
	TroubleSilent    LineTrouble = "silent"         // nothing answers, or no more of an answer comes
	TroubleCut       LineTrouble = "cut"            // the connection ended in the middle
	TroubleStranger  LineTrouble = "stranger"       // something else answers: a log-in page of the network, a proxy, a gateway
	TroubleServer    LineTrouble = "server"         // it answers with an error of its own (5xx)
	TroubleUntrusted LineTrouble = "tls-untrusted"  // its certificate is of no authority that this desk trusts
	TroubleOtherName LineTrouble = "tls-other-name" // its certificate is of another name
	TroubleUnpinned  LineTrouble = "tls-pin"        // its chain of certificates has none of the keys that the site pins
	TroubleExpired   LineTrouble = "tls-expired"    // its certificate is not valid now, by this desk's clock
	TroubleOwnNone   LineTrouble = "tls-own-none"   // it asks for a certificate of this desk, which has none that it takes
	TroubleOwnBad    LineTrouble = "tls-own-bad"    // it does not take this desk's certificate: of another authority, or ended
	TroubleInsecure  LineTrouble = "tls"            // no secure connection comes about
)

var troubleWords = map[LineTrouble]string{
	TroubleNetwork:   "the central service cannot be reached: this desk has no network",
	TroubleName:      "the central service cannot be reached: its name is not found",
	TroubleRefused:   "the central service cannot be reached: nothing takes connections at its address",
	TroubleSilent:    "the central service did not answer in time",
	TroubleCut:       "the central service cannot be reached: the connection was cut",
	TroubleStranger:  "the central service cannot be reached: something else answers in its place, such as a log-in page of the network",
	TroubleServer:    "the central service is busy or down: it answers with an error",
	TroubleUntrusted: "the central service cannot be reached safely: its certificate is of no authority that this desk trusts",
	TroubleOtherName: "the central service cannot be reached safely: what answers has a certificate of another name",
	TroubleUnpinned:  "the central service cannot be reached safely: what answers has none of the keys that this desk pins",
	TroubleExpired:   "the central service cannot be reached safely: its certificate is not valid now, by this desk's clock",
	TroubleOwnNone:   "the central service asks for a certificate of this desk, which has none that it takes: ehrdesk certificate",
	TroubleOwnBad:    "the central service does not take this desk's certificate, which is of another authority or has ended: ehrdesk certificate",
	TroubleInsecure:  "the central service cannot be reached safely: no secure connection comes about",
}

// Error says it in English.
func (t LineTrouble) Error() string {
	if w := troubleWords[t]; w != "" {
		return w
	}
	return "the central service cannot be reached"
}

// LineTroubles are all of them.
func LineTroubles() []LineTrouble {
	return []LineTrouble{TroubleNetwork, TroubleName, TroubleRefused, TroubleSilent, TroubleCut, TroubleStranger, TroubleServer,
		TroubleUntrusted, TroubleOtherName, TroubleUnpinned, TroubleExpired, TroubleOwnNone, TroubleOwnBad, TroubleInsecure}
}

// TroubleOf is what stands on the line by an error, "" where nothing does or nobody knows.
func TroubleOf(err error) LineTrouble {
	var t LineTrouble
	errors.As(err, &t)
	return t
}
