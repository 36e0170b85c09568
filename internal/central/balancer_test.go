package central_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

// onServer names the socket of a server on which newWorld has its stores.
const onServer = "EHRDESK_TEST_POSTGRES"

// database is a new one of that server, "" where none is named.
func database(t testing.TB) string {
	t.Helper()
	at := os.Getenv(onServer)
	if at == "" {
		return ""
	}
	return testpg.At(at).Database(t)
}

// beside opens a second centre over the store of one at an address, and gives the address at
// which either answers.
func (w *world) beside(o central.Options, first string) string {
	w.t.Helper()
	front := newBalancer()
	srv := httptest.NewServer(front)
	w.t.Cleanup(srv.Close)
	o.Dir = keyed(w.t, w.dir)
	second, err := central.Open(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = second.Close() })
	front.add(first)
	front.add(serve(w.t, second))
	return srv.URL
}

// The rules are held by two centres that answer in turn over one server, as by one over a file.
// Those that open a process more are here above all: what it knows comes from the store.
func TestTheRulesHoldAtTwoCentresOverAServer(t *testing.T) {
	pg := testpg.Start(t)
	t.Setenv(onServer, pg.Dir())
	for name, test := range map[string]func(*testing.T){
		"a proof is good once":              TestAProofIsGoodOnce,
		"a group has one history":           TestAGroupHasOneHistory,
		"groups are made so often":          TestGroupsAreMadeSoOften,
		"who is on call is as it is signed": TestTheDirectorySaysWhoIsOnCallAsTheySignedIt,
		"three wrong keys lock":             TestThreeWrongKeysLockForFifteenMinutes,
		"the same act counts once":          TestTheSameActTwiceCountsOnce,
		"nothing without consent":           TestNothingClinicalWithoutConsent,
		"pages miss nothing":                TestPagesMissNothingThatChangesMeanwhile,
		"the stream hints":                  TestTheStreamHintsAtWhatConcernsTheProvider,
		"a referral there and back":         TestAReferralGoesThereAndBack,
		"of steps at once":                  TestOfStepsAtOnceOneIsTaken,
		"who read a wrong record":           TestWhoReadAWrongRecordIsTold,
		"both hear of a step":               TestBothHearOfAStep,
		"look-ups have a rate":              TestLookUpsHaveARateThatABusyDeskNeverMeets,
		"a telephone that was changed":      TestATelephoneThatWasChangedGetsNoCodeForADay,
		"of desks that verify at once":      TestOfDesksThatVerifyAtTheSameMomentOneDoes,
		"what a record no longer says":      TestWhatARecordNoLongerSaysBringsNothing,
		"two gates are one":                 TestTwoGatesBehindARoundRobinGiveTheSameAnswers,
		"every access is written down":      TestEveryAccessIsWrittenDownAndTold,
		"history keeps every version":       TestHistoryKeepsEveryVersionAndTheDeletion,
		"a label that comes and goes":       TestALabelThatComesAndGoesIsFollowed,
		"an incident found again":           TestAnIncidentFoundAgainIsInTheOfficersPeriod,
		"one-time codes are for one use":    TestOneTimeCodesAreForOneUseAndLockAfterThree,
		"a patient releases records":        TestThePatientReleasesRestrictedRecordsForAWhile,
		"a page is for whom it was made":    TestAPageOpensOnlyForWhomAndWhatItWasMade,
		"a token ends":                      TestATokenEndsWhenItsDeskAsksAndSoonByItself,
		"one desk can be ended":             TestOneDeskOfAPersonCanBeEnded,
		"a desk's log is vouched for":       TestTheCentreVouchesForALogThatGrows,
		"after an end nothing is answered":  TestAfterAnEndNothingIsAnswered,
		"a token alone opens nothing":       TestATokenAloneOpensNothing,
		"a link for whoever has it":         TestASealedFileIsGivenToWhoeverHasItsLinkAndSaysNothingToTheCentre,
		"a link is opened so often":         TestALinkIsOpenedAsOftenAsItMayBeWhoeverAsksAtOnce,
		"a link ends by wrong passcodes":    TestFiveWrongPasscodesEndALinkAndTheRightOneOpensIt,
		"a link ends by its time":           TestALinkEndsByItsTimeAndItsFileIsDeleted,
		"a case of three providers":         TestACaseOfThreeProvidersGoesFromItsBeginningToItsEnd,
		"a case at a gate":                  TestACaseAtAGateIsTheSame,
		"a group in a case":                 TestAGroupInACase,
		"the event that comes next":         TestOnlyTheEventThatComesNextIsTaken,
		"who speaks at once":                TestWhoSpeaksAtOnceIsInOneHistory,
		"a passing message":                 TestAPassingMessageIsGone,
		"a long envelope":                   TestALongEnvelopeComesAndGoesInPieces,
		"a prekey is given once":            TestAPrekeyIsGivenOnce,
		"the stream hints at cases":         TestTheStreamHintsAtCases,
		"misuse is reported":                TestAMemberReportsMisuse,
		"a case after a consent's end":      TestWithTheConsentsEndTheCaseGoesNoFurtherThere,
		"every key is in the log":           TestEveryKeyThatIsHandedOutIsInTheLog,
		"the directory is one":              TestTheDirectorySaysWhoTakesPartAndByWhichKeysTheySign,
		"a key that ended stays":            TestAKeyThatHasEndedStaysInTheDirectoryWithItsEnd,
		"an agreement is asked":             TestWhatAProviderHasNotAgreedToIsRefused,
	} {
		if !testing.Short() || !slices.Contains([]string{"look-ups have a rate", "of desks that verify at once", "what a record no longer says"}, name) { // which take ten seconds each
			t.Run(name, test)
		}
	}
}

// balancer gives requests to several centres in turn, and goes on to the next where one is
// gone.
type balancer struct {
	mu   sync.Mutex
	at   []string // their addresses
	turn atomic.Int64
	http *http.Client
}

func newBalancer() *balancer {
	return &balancer{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}}
}

func (b *balancer) add(at string) { b.mu.Lock(); defer b.mu.Unlock(); b.at = append(b.at, at) }

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	at := b.at
	b.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	first := int(b.turn.Add(1))
	for i := range at {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, at[(first+i)%len(at)]+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			return
		}
		req.Header, req.Host = r.Header.Clone(), r.Host
		res, err := b.http.Do(req)
		var gone *net.OpError
		if err != nil && (r.Method == http.MethodGet || errors.As(err, &gone) && gone.Op == "dial") {
			continue
		}
		if err != nil {
			break
		}
		defer func() { _ = res.Body.Close() }()
		for name, values := range res.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(res.StatusCode)
		out := http.NewResponseController(w)
		for buf := make([]byte, 32<<10); ; {
			n, err := res.Body.Read(buf)
			if n > 0 {
				_, _ = w.Write(buf[:n])
				_ = out.Flush()
			}
			if err != nil {
				return
			}
		}
	}
	w.WriteHeader(http.StatusBadGateway)
}

// several is a world behind a balancer; its second centre has a folder of its own with the
// key of the first.
func several(t *testing.T, edit ...func(*central.Options)) (w *world, second *central.Centre, front *balancer) {
	t.Helper()
	pg := testpg.Start(t)
	front = newBalancer()
	srv := httptest.NewServer(front)
	t.Cleanup(srv.Close)
	all := slices.Concat(edit, []func(*central.Options){func(o *central.Options) { o.Store, o.Base = pg.Database(t), srv.URL+"/fhir" }})
	w = newWorld(t, all...)
	front.add(strings.TrimSuffix(w.base, "/fhir"))
	w.base = srv.URL + "/fhir"
	o := central.Options{Dir: keyed(t, w.dir), Now: w.clock.now, Log: slog.New(slog.NewTextHandler(w.log, nil))}
	for _, f := range edit {
		f(&o)
	}
	o.Store, o.Base = w.store, w.base
	var err error
	if second, err = central.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	front.add(serve(t, second))
	return w, second, front
}

// keyed is a new folder with the key of another.
func keyed(t testing.TB, of string) string {
	t.Helper()
	dir := t.TempDir()
	key, err := os.ReadFile(filepath.Join(of, "centre.key"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "centre.key"), key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
