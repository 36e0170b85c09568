package tables

import (
	"embed"
	"io/fs"
)

//go:embed knowledge
var knowledge embed.FS

// Knowledge are the tables of the safety rules, a file each: classes of drugs, interactions, what never interrupts,
// allergies, duplicates, doses, values, findings, tails, monitoring. They are CSV with quotes, as their lines have sentences.
func Knowledge() fs.FS {
	in, err := fs.Sub(knowledge, "knowledge")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return in
}
