package cache

// ElsewhereBy is Elsewhere by what a system would say.
func ElsewhereBy(magic int64, dir, mountinfo string) string {
	return elsewhere(magic, dir, func() string { return mountinfo })
}
