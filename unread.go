package ehrdesk

// Unread is what a search of an open chart cannot find, because nobody has read it:
// with any of it, "nothing found" is not "it is not there".
type Unread struct {
	Hidden     int // of the eleven types, those of which the profession may not see all
	Restricted int // records that need a reason and the patient's additional consent
	Away       int // of the eleven types, those of which something is not kept here and has not come yet
	Lacking    int // records that are kept aside, or that the centre counts and that have not come
	Pending    int // records whose documents and notes are not read yet
	Textless   int // attachments without text that can be read: pictures, scans, what lies elsewhere or is damaged
	Cut        int // records of which the beginning alone was read
	TooMuch    int // records whose documents and notes are not read, as there is too much of them
}
