package store

// Link is a sealed file that the centre keeps for whoever has its address: the key is in the link alone, which the centre never sees.
type Link struct {
	Digest  []byte // SHA-256 of what the address ends with
	ID      string // UUID, by which whoever made it speaks of it
	HCP     string
	Staff   string
	Patient string
	Made    int64
	Ends    int64
	Until   int64  // when it is deleted
	Left    int    // how often it may still be opened
	Opened  int    // how often it was
	Code    []byte // what its passcode is known by, nil for none
	Tries   int    // wrong passcodes that are left
	Direct  bool   // its address gives the file itself
	Size    int    // of File, in bytes
	File    []byte // given by Get alone
}

// Links are the files that links lead to.
type Links interface {
	Add(l *Link)
	Get(digest []byte) *Link // nil for none
	ByID(hcp, id string) *Link
	Of(hcp, staff string) []Link // those that somebody made, the last first
	Count(hcp string) int
	Set(l *Link)          // how often it may be opened, what wrong passcodes are left, when it is deleted
	End(id string)        // and its file with it
	Ended(now int64) bool // whether there is any to delete
	Sweep(now int64)      // deletes those whose time has come
}
