package store

// Rates is how much of a limit is used up, by what is limited and of whom: one instant, at
// which nothing of it will be used up any more.
type Rates interface {
	Full(of, who string) (at int64) // 0 where nothing is used up
	SetFull(of, who string, at int64)
}
