package disk

// ElsewhereBy is Elsewhere by what a system would say.
func ElsewhereBy(magic int64, dir, mountinfo string) string {
	return elsewhere(magic, dir, func() string { return mountinfo })
}

// NamedSpool is a spool where every file has a name at first.
func NamedSpool(dir string) (*Spool, error) {
	f, err := named(dir)
	if err != nil {
		return nil, err
	}
	s, err := spoolIn(f)
	if err == nil {
		s.most, s.ended = 64<<20, func(*Spool) {}
	}
	return s, err
}
