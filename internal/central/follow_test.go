package central_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// TestADeskThatFollowsHasWhatTheCentreGives lets records come, change, become
// restricted and go while their patient's identity is verified and they begin to
// flow. A desk that only ever asks for what is new has, after each asking, just
// what one would get that asks for everything, and never a restricted record.
func TestADeskThatFollowsHasWhatTheCentreGives(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		ehr := fillUnverified(t, w)
		d := w.desk(w.hcp(central.HCP{Name: "Pharmacy"}), ehrdesk.Pharmacist)
		verified, since := false, ""
		copies := map[string]string{}
		ask := func(path string) map[string]string {
			out := map[string]string{}
			for path != "" {
				b := parse(t, d.want(200, "GET", path, ""))
				for _, e := range b.Entry {
					out[strings.TrimPrefix(e.FullURL, w.base+"/")] = string(e.Resource)
				}
				path = b.next()
			}
			return out
		}
		follow := func() {
			from := ""
			if since != "" {
				from = "_since=" + since + "&"
			}
			page := rapid.SampledFrom([]string{"1", "3", "100"}).Draw(rt, "page")
			path := "/Patient/" + uuidA + "/$everything?" + from + "_count=" + page
			next := parse(t, d.want(200, "GET", path, "")).Timestamp
			maps.Copy(copies, ask(path))
			if since != "" {
				for _, e := range parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones?_since="+since, "")).Entry {
					delete(copies, e.Request.URL)
				}
			}
			since = next
			fresh := ask("/Patient/" + uuidA + "/$everything")
			if !maps.Equal(copies, fresh) {
				rt.Fatalf("the desk has %d records, the centre gives %d:\n%v\n%v", len(copies), len(fresh), slices.Sorted(maps.Keys(copies)), slices.Sorted(maps.Keys(fresh)))
			}
			if all := fmt.Sprint(fresh); strings.Contains(all, "SECRET") {
				rt.Fatalf("a restricted record is given: %s", all)
			}
		}
		n := 0
		steps := map[string]func(*rapid.T){
			"a record comes": func(rt *rapid.T) {
				n++
				id := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "id")
				words, meta, category := fmt.Sprint("version ", n), "", "LAB"
				switch rapid.IntRange(0, 3).Draw(rt, "how") {
				case 0:
					words, meta = "SECRET", label
				case 1: // a kind that pharmacists see with additional consent only
					words, category = "SECRET", "RAD"
				}
				w.add(`{"resourceType":"DiagnosticReport","id":"` + id + `",` + meta + `"status":"final","category":[{"coding":[{"code":"` + category + `"}]}],"subject":{"reference":"Patient/` + uuidA + `"},"conclusion":"` + words + fmt.Sprint(n) + `"}`)
			},
			"a record goes": func(rt *rapid.T) {
				id := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "id")
				// there may be none
				_, err := w.c.DeleteRecords(t.Context(), strings.NewReader(`{"resourceType":"DiagnosticReport","id":"`+id+`","status":"final","code":{},"subject":{"reference":"Patient/`+uuidA+`"}}`), "t")
				if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
					rt.Fatal(err)
				}
			},
			"time passes": func(rt *rapid.T) {
				w.clock.advance(rapid.SampledFrom([]time.Duration{0, time.Millisecond, 29 * time.Minute, 30 * time.Minute}).Draw(rt, "time"))
				d.signIn()
			},
			"the identity is verified": func(rt *rapid.T) {
				if !verified {
					d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, nil))
					verified = true
				}
			},
		}
		names := slices.Sorted(maps.Keys(steps))
		for range rapid.IntRange(6, 16).Draw(rt, "steps") {
			steps[rapid.SampledFrom(names).Draw(rt, "step")](rt)
			if verified && rapid.Bool().Draw(rt, "the desk asks") {
				follow()
			}
		}
		if verified {
			follow()
			w.clock.advance(time.Hour)
			d.signIn()
			follow()
		}
	})
}
