package client_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// A patient whose records do not come, or cannot be read, holds up no other: the other's
// record opens, comes whole and is in step while the first is still waited for.
func TestASlowOrBrokenPatientHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*testing.T) registrar{
		"our centre":     func(t *testing.T) registrar { return newOurCentre(t) },
		"another server": func(t *testing.T) registrar { return newTheirServer(t, fhirtest.Quirks{}) },
		"by type": func(t *testing.T) registrar {
			return newTheirServer(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing})
		},
	} {
		for _, broken := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", slow", true: ", broken"}[broken], func(t *testing.T) {
				t.Parallel()
				src := begin(t)
				other := src.register(1)
				var once sync.Once
				var armed atomic.Bool
				asked, released := make(chan struct{}), make(chan struct{})
				line := transport(func(r *http.Request) (*http.Response, error) {
					about := r.URL.Path + "?" + r.URL.RawQuery
					if !armed.Load() || r.Method != http.MethodGet || !strings.Contains(about, "steady") {
						return http.DefaultTransport.RoundTrip(r)
					}
					once.Do(func() { close(asked) })
					if !broken {
						select {
						case <-released:
						case <-r.Context().Done():
							return nil, r.Context().Err()
						}
					}
					res, err := http.DefaultTransport.RoundTrip(r)
					if err == nil && broken {
						res.Body.Close()
						res.Body, res.ContentLength = http.NoBody, 0
					}
					return res, err
				})
				sess, n := src.restart(line)
				defer sess.Close()
				g := formGrant(other, "S-1")
				if _, err := sess.Grant(ctx, g); err != nil {
					t.Fatal(err)
				}
				open := func(n ehrdesk.Number) ehrdesk.Chart {
					t.Helper()
					c, err := sess.Open(ctx, n, ehrdesk.Consultation, "")
					if err != nil {
						t.Fatal(err)
					}
					return c
				}
				slow, good := open(n), open(other)
				defer slow.Close()
				defer good.Close()
				armed.Store(true)
				done := make(chan error, 1)
				go func() { _, err := slow.Sync(ctx, nil); done <- err }()
				<-asked
				for range 2 {
					if rep, err := good.Sync(ctx, nil); err != nil || rep.Missing != 0 {
						t.Fatalf("%+v, %v", rep, err)
					}
				}
				if at, _ := good.AsOf(); at.IsZero() || count(good) == 0 {
					t.Errorf("%d records as of %v", count(good), at)
				}
				if broken {
					if err := <-done; err == nil {
						t.Error("a broken answer is taken")
					}
					return
				}
				select {
				case err := <-done:
					t.Errorf("it was not held up: %v", err)
				default:
				}
				close(released)
				select {
				case err := <-done:
					if err != nil {
						t.Error(err)
					}
				case <-time.After(patience):
					t.Error("the slow one never came")
				}
			})
		}
	}
}
