package client_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// What a desk does while nobody works looks at every record of the charts that are open. Behind a lock neither session nor chart
// leads to a word of them, and after a chart was closed to none of its records: the session goes on, with who is on the day's list.
func TestNothingLeadsToAChartThatWasLockedAfterARest(t *testing.T) {
	records := []string{"heparin", "effusion"}
	for name, x := range map[string]struct {
		words []string
		end   func(*client.Session, ehrdesk.Chart) error
	}{
		"locked": {append(records, "WONG"), func(s *client.Session, _ ehrdesk.Chart) error { return s.Lock() }},
		"closed": {records, func(_ *client.Session, c ehrdesk.Chart) error { return c.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			_, s, c, _ := reader(t, ehrdesk.Doctor)
			read(t, c)
			s.Rest(t.Context())
			open := fmt.Sprint(leadTo(c, x.words))
			for _, w := range x.words {
				if !strings.Contains(open, w) {
					t.Fatalf("%q is not held by the open chart either: this finds nothing", w)
				}
			}
			if err := x.end(s, c); err != nil {
				t.Fatal(err)
			}
			if held := leadTo([]any{c, s}, x.words); len(held) > 0 {
				t.Errorf("held: %q", held)
			}
		})
	}
}

// leadTo looks for words, in whatever case, in each text that can be reached from v through values of this program's own types, and
// gives the ways to them.
func leadTo(v any, words []string) (found []string) {
	seen := map[uintptr]bool{}
	look := func(s, path string) {
		for _, w := range words {
			if strings.Contains(strings.ToLower(s), strings.ToLower(w)) {
				found = append(found, path+": "+w)
			}
		}
	}
	var walk func(reflect.Value, string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.String:
			look(v.String(), path)
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				walk(v.Elem(), path)
			}
		case reflect.Interface:
			walk(v.Elem(), path)
		case reflect.Struct:
			if p := v.Type().PkgPath(); p != "" && (!strings.HasPrefix(p, "github.com/ehrdesk/ehrdesk") || strings.HasSuffix(p, "_test")) {
				return
			}
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		case reflect.Slice:
			v = v.Slice(0, v.Cap()) // what was cut off is held too
			if v.Type().Elem().Kind() == reflect.Uint8 {
				look(string(v.Bytes()), path)
				return
			}
			for i := range v.Len() {
				walk(v.Index(i), path+"[]")
			}
		case reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i), path+"[]")
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key(), path)
				walk(it.Value(), path)
			}
		}
	}
	walk(reflect.ValueOf(v), "")
	return found
}
