package keypoints_test

import (
	"fmt"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
)

// long is a chart of so many records over ten years: seven results in ten, and of the rest
// what the rules go by; sixteen open orders among them that nobody has answered.
func long(n int) (out []ehrdesk.Record) {
	flags := []ehrdesk.Flag{"", "", "", ehrdesk.FlagHigh, ehrdesk.FlagLow}
	for i := range n {
		id, ago := fmt.Sprint("r", i), i%3650
		switch i % 20 {
		case 0:
			out = append(out, condition(id, fmt.Sprintf("Disease %d", i%160), fmt.Sprintf("I%02d.1", i%60), "active", ago, fmt.Sprint("r", i+1)))
		case 1, 2:
			out = append(out, visit(id, []string{"AMB", "AMB", "AMB", "IMP", "EMER"}[i/20%5], "Gout", ago))
		case 3, 4:
			out = append(out, order(id, fmt.Sprintf("drug%d", i%30), fmt.Sprint(1+i%3), "active", ago))
		case 5:
			out = append(out, record(ehrdesk.KindReferral, "ServiceRequest", id, fmt.Sprintf("Test %d", i%35), []string{"active", "completed", "completed", "completed"}[i/20%4], ago, ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "laboratory"}}}}}))
		default:
			out = append(out, result(id, fmt.Sprintf("Test %d", i%35), fmt.Sprintf("%d.%d", 3+i%3, i%10), flags[i%5], ago))
		}
	}
	return out
}

// The sections are the summary's, which are made for the page whatever becomes of the key
// points.
func BenchmarkOf10000(b *testing.B) {
	in := input(long(10000)...)
	b.ReportAllocs()
	for b.Loop() {
		keypoints.Of(in)
	}
}

func BenchmarkOf10000WithItsSections(b *testing.B) {
	in := input(long(10000)...)
	b.ReportAllocs()
	for b.Loop() {
		in.Sections = summary.Of(in.List, now)
		keypoints.Of(in)
	}
}
