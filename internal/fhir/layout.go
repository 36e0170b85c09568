package fhir

// Span is a half-open range of a resource's bytes.
type Span struct{ Start, End int }

// Reference is one literal reference in a resource: where its string stands, what
// it says, and the top-level member it stands under.
type Reference struct {
	Span
	Value string
	Top   string
	URL   bool // an attachment's url, not a reference
}

// Layout is where a resource's id, version, time and references stand in its
// bytes, for whoever has to write those and may change nothing else.
type Layout struct {
	TypeEnd            int  // after the value of resourceType
	ID                 Span // a string, or a scalar in the place of one; zero where it has none
	Meta               Span // the object
	MetaEmpty          bool
	VersionID, Updated Span // inside meta
	References         []Reference
}

// Layout walks the resource once.
func (r Resource) Layout() Layout {
	var l Layout
	b := r.Bytes
	i := skipSpace(b, 0)
	l.object(b, i, "", 0, false)
	return l
}

// object walks the object that begins at i, and gives the index after it.
func (l *Layout) object(b []byte, i int, top string, depth int, extension bool) int {
	for i = firstMember(b, i); ; {
		at, value, ok := nextName(b, i)
		if !ok {
			return min(i+1, len(b))
		}
		name := string(memberName(b[i:at]))
		under := top
		if depth == 0 {
			under = name
		}
		end := l.value(b, value, name, under, depth, extension || name == "extension" || name == "modifierExtension")
		i = afterMember(b, end)
	}
}

func (l *Layout) value(b []byte, i int, name, top string, depth int, extension bool) (end int) {
	switch b[i] {
	case '{':
		if depth == 0 && name == "meta" {
			l.meta(b, i)
		}
		return l.object(b, i, top, depth+1, extension)
	case '[':
		for i = skipSpace(b, i+1); i < len(b) && b[i] != ']'; {
			i = afterMember(b, l.value(b, i, name, top, max(depth, 1), extension))
		}
		return min(i+1, len(b))
	}
	end = skipValue(b, i)
	if depth == 0 && name == "id" {
		l.ID = Span{i, end}
	}
	if b[i] != '"' {
		return end
	}
	switch {
	case depth == 0 && name == "resourceType":
		l.TypeEnd = end
	case depth > 0 && name == "reference":
		l.References = append(l.References, Reference{Span{i, end}, Text(b[i:end]), top, false})
	case depth > 0 && name == "url" && !extension && top != "meta":
		l.References = append(l.References, Reference{Span{i, end}, Text(b[i:end]), top, true})
	}
	return end
}

func (l *Layout) meta(b []byte, i int) {
	l.Meta = Span{i, skipValue(b, i)}
	i = firstMember(b, i)
	l.MetaEmpty = i < len(b) && b[i] == '}'
	for {
		at, value, ok := nextName(b, i)
		if !ok {
			return
		}
		end := skipValue(b, value)
		switch string(memberName(b[i:at])) {
		case "versionId":
			l.VersionID = Span{value, end}
		case "lastUpdated":
			l.Updated = Span{value, end}
		}
		i = afterMember(b, end)
	}
}

// Spans are where the resource's members stand, names included, in their order.
func (r Resource) Spans() []Span {
	b := r.Bytes
	out := make([]Span, 0, len(r.Object))
	for i := firstMember(b, skipSpace(b, 0)); ; {
		_, value, ok := nextName(b, i)
		if !ok {
			return out
		}
		end := skipValue(b, value)
		out = append(out, Span{i, end})
		i = afterMember(b, end)
	}
}
