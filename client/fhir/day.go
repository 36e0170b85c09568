package fhir

import "github.com/ehrdesk/ehrdesk"

// What a desk says of its provider's day, and what the centre answers.
type (
	// DayIn is what a desk says: how far it has read, what it has to tell.
	DayIn struct {
		Since   string // how far the centre's list was read, "0" for not at all
		From    string // the first day that is wanted, YYYY-MM-DD
		Readers string // what was last said of the readers, "" for nothing
		Me      DayReader
		Keys    []DayKey
		Lines   []ehrdesk.DayLine
	}
	// DayReader is a person at a desk for whom the list is sealed.
	DayReader struct {
		Holder  string // base64url SHA-256 of Public
		Staff   string
		Install string
		Public  []byte
		Bond    string   // the person's signature that Public is theirs
		Has     []string // keys that are sealed for them
	}
	// DayKey is a key of the list, sealed for readers by Holder; of an answer, for whoever asked.
	DayKey struct {
		ID    string
		Wraps map[string][]byte
	}
	// DayOut is what a desk lacks.
	DayOut struct {
		Now     string
		More    bool
		Lines   []ehrdesk.DayLine
		Untaken map[string]ehrdesk.Unshared // lines told that the centre did not take, by id
		Unread  int                         // lines that are none as desks keep them
		Readers string
		// Told is that what follows was said; it is not where the desk knows it.
		Told bool
		Keys []string          // all of the list, oldest first
		Mine map[string][]byte // of those, sealed for who asked
		Who  []DayReader
	}
)
