package extract

import "github.com/ehrdesk/ehrdesk/internal/form"

// Words are all that was answered and is asked, as plain text in a language, and what the form is called: what a document that is
// made of it says.
func Words(a *form.Answers, language string) (title, text string) {
	var asked []form.Line
	for _, l := range a.Lines() {
		if l.Enabled {
			asked = append(asked, l)
		}
	}
	f := a.Form()
	return f.Title.In(language), written(f.Title, asked, language)
}
