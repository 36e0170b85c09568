package ehrdesk

// Measured reads the record's facts as far as its results into f, what stands behind
// them left out: for who reads thousands of results and nothing else. It takes the room
// of what stood in f before, so that nothing of f may be kept but its strings. Where the
// facts cannot be opened they say so (Unread).
func (r *Record) Measured(f *Facts) {
	f.again()
	c := coder{s: string(r.Packed), reading: true, again: true}
	if c.measured(f); c.bad {
		*f = Facts{Unread: true}
	}
}

// emptier is emptied before it is read into a second time.
type emptier interface{ again() }

// roomFor gives room for n things: of a list that is read again, its own.
func roomFor[T any](list []T, n int, again bool) []T {
	if !again || cap(list) < n {
		return make([]T, n)
	}
	list = list[:n]
	for i := range list {
		if old, ok := any(&list[i]).(emptier); ok {
			old.again()
			continue
		}
		var none T
		list[i] = none
	}
	return list
}

// again empties what is read into a second time, and leaves the room of its lists.
func (f *Facts) again() {
	code := f.Code
	code.again()
	*f = Facts{Code: code, Categories: f.Categories[:0], States: f.States[:0], Results: f.Results[:0]}
}

func (c *Concept) again() { *c = Concept{Codings: c.Codings[:0]} }

func (s *State) again() {
	s.Concept.again()
	s.Element = 0
}

func (r *Result) again() {
	value := r.Value.Concept
	r.Code.again()
	r.Absent.again()
	value.again()
	*r = Result{Code: r.Code, Absent: r.Absent, Value: Value{Concept: value}, Interpretations: r.Interpretations[:0], Ranges: r.Ranges[:0]}
}
