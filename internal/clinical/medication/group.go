package medication

import (
	"cmp"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// key is what makes two records one drug: a code, or what a name comes to.
type key struct {
	system, code string
	class        Remark
}

// groups are the entries of one drug each: those that share a code, and else have the
// name; of another route, or of a slow release, is another drug. Records of one code that
// name different substances are not made one.
func groups(entries []entry) [][]*entry {
	up := make([]int, len(entries))
	for i := range up {
		up[i] = i
	}
	top := func(i int) int {
		for up[i] != i {
			up[i] = up[up[i]]
			i = up[i]
		}
		return i
	}
	first := map[key]int{}
	join := func(i int, k key) {
		j, ok := first[k]
		if !ok {
			first[k] = i
			return
		}
		if a, b := top(i), top(j); a != b {
			up[a] = b
		}
	}
	for i := range entries {
		e := &entries[i]
		join(i, key{"", e.product.key, e.class})
		for _, c := range e.codes {
			join(i, key{c.System, c.Code, e.class})
		}
	}
	of := map[int][]*entry{}
	var tops []int
	for i := range entries {
		t := top(i)
		if of[t] == nil {
			tops = append(tops, t)
		}
		of[t] = append(of[t], &entries[i])
	}
	var out [][]*entry
	for _, t := range tops {
		for _, g := range bySubstance(of[t]) {
			out = append(out, byRoute(g)...)
		}
	}
	return out
}

// bySubstance parts records that share a code and name different substances. One whose
// name says nothing for certain stays by its name.
func bySubstance(list []*entry) [][]*entry {
	known := ""
	several := false
	for _, e := range list {
		if e.product.whole {
			several = several || known != "" && known != e.product.key
			known = e.product.key
		}
	}
	if !several {
		return [][]*entry{list}
	}
	return partition(list, func(e *entry) string { return e.product.key })
}

func partition[K comparable](list []*entry, by func(*entry) K) (out [][]*entry) {
	at := map[K]int{}
	for _, e := range list {
		k := by(e)
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k], out = i, append(out, nil)
		}
		out[i] = append(out[i], e)
	}
	return out
}

// way is what tells the ways of taking one drug apart.
type way struct {
	route string
	slow  bool
}

// byRoute parts the records of a drug by route and release. What says no route belongs
// to the order it was filled under, else to the one route that there is.
func byRoute(list []*entry) [][]*entry {
	var ways []way
	linked := map[ehrdesk.Ref]way{}
	for _, e := range list {
		w := way{e.route, e.product.slow}
		if !vague(w.route) {
			linked[e.rec.Ref()] = w
			if !slices.Contains(ways, w) {
				ways = append(ways, w)
			}
		}
	}
	if len(ways) == 1 && !slices.ContainsFunc(list, func(e *entry) bool {
		return e.product.slow != ways[0].slow || e.route == parenteral && !intoBody(ways[0].route)
	}) {
		return [][]*entry{list}
	}
	return partition(list, func(e *entry) way {
		w := way{e.route, e.product.slow}
		if !vague(w.route) {
			return w
		}
		for _, ref := range e.links {
			if to, ok := linked[ref]; ok && to.slow == w.slow && (e.route == "" || intoBody(to.route)) {
				return to
			}
		}
		found, n := w, 0
		for _, to := range ways {
			if to.slow == w.slow && (e.route == "" || intoBody(to.route)) {
				found, n = to, n+1
			}
		}
		if n == 1 {
			return found
		}
		return w
	})
}

// vague reports a route that may be several.
func vague(route string) bool { return route == "" || route == parenteral }

func intoBody(route string) bool {
	return route == intravenous || route == underSkin || route == inMuscle
}

// inTime puts a drug's records in their order. A chart has them newest first.
func inTime(list []*entry) {
	slices.Reverse(list)
	slices.SortFunc(list, func(a, b *entry) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Or(cmp.Compare(a.kind, b.kind), compareRefs(a.rec, b.rec))
	})
}
