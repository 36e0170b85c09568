// Package forms holds the forms that every desk has, as Questionnaires in English,
// 繁體中文 and 简体中文.
package forms

import (
	"embed"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

//go:embed *.json
var files embed.FS

// Names are the forms, in the order of the alphabet.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // an embedded folder is there, or nothing is built
	}
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = strings.TrimSuffix(e.Name(), ".json")
	}
	return out
}

// Raw is a form's Questionnaire. Errors: CodeNotFound.
func Raw(name string) ([]byte, error) {
	b, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, ehrdesk.Errorf("form", ehrdesk.CodeNotFound, "there is no such form")
	}
	return b, nil
}

// Read is a form. Errors: CodeNotFound, CodeInvalid.
func Read(name string) (*form.Form, error) {
	b, err := Raw(name)
	if err != nil {
		return nil, err
	}
	return form.Read(b, nil)
}
