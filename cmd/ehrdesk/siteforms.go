package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/internal/form"
	shipped "github.com/ehrdesk/ehrdesk/internal/form/forms"
)

// mostSiteForms is how many files a site's folder of forms has at most.
const mostSiteForms = 200

// siteForms are the forms of the folder that a site's file names: Questionnaires, and ValueSets that they ask for, each as
// nobody but root can change it. What is written by a form is signed and leaves, so a desk of whose forms one cannot be read or
// filled in starts with none.
func (a *app) siteForms() ([]ehrdesk.FormOffer, error) {
	f, site, err := a.siteWith(func(f *siteFile) bool { return f.Forms != "" })
	if err != nil || f == nil {
		return nil, err
	}
	dir := f.Forms
	if !filepath.IsAbs(dir) {
		if site, err = filepath.Abs(site); err != nil {
			return nil, ehrdesk.Errorf("forms", ehrdesk.CodeInvalid, "the folder of forms has no place")
		}
		dir = filepath.Join(filepath.Dir(site), dir)
	}
	return formsIn(dir)
}

// secondPerson are the names of the forms that the site has a second person approve. A name that no form has is refused: what was
// meant would leave without.
func (a *app) secondPerson(own []ehrdesk.FormOffer) ([]string, error) {
	f, _, err := a.siteWith(func(f *siteFile) bool { return len(f.Second) > 0 })
	if err != nil || f == nil {
		return nil, err
	}
	for _, name := range f.Second {
		site := slices.ContainsFunc(own, func(o ehrdesk.FormOffer) bool { return o.Name == name })
		if !site && !slices.Contains(shipped.Names(), name) {
			return nil, ehrdesk.Errorf("forms", ehrdesk.CodeInvalid, "a second person is to approve the form %s, and there is none of that name", ehrdesk.CleanLine(name))
		}
	}
	return f.Second, nil
}

// secondActs are the acts on one person's word that the site has a second person approve: what either file names.
func (a *app) secondActs() (out []ehrdesk.OneWord, err error) {
	for _, at := range []struct {
		path     string
		optional bool
	}{{siteDesk(), true}, {a.site, false}} {
		if at.path == "" {
			continue
		}
		f, err := readSite(at.path, at.optional)
		if err != nil {
			return nil, err
		}
		named, err := ehrdesk.ParseOneWords(f.SecondActs)
		if err != nil {
			return nil, err
		}
		for _, w := range named {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// said is whether either file of the site says something that is yes or no.
func (a *app) said(what func(*siteFile) bool) (bool, error) {
	own, err := readSite(siteDesk(), true)
	if err != nil || what(&own) || a.site == "" {
		return what(&own), err
	}
	given, err := readSite(a.site, false)
	if err != nil {
		return false, err
	}
	return what(&given), err
}

// formsIn are the forms of a folder, in the order of their names.
func formsIn(dir string) ([]ehrdesk.FormOffer, error) {
	const op = "forms"
	real, err := cardreader.Administered(op, "the folder of forms", dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(real)
	if err != nil || len(entries) > mostSiteForms {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the folder of forms cannot be read, or has more than %d files", mostSiteForms)
	}
	var out []ehrdesk.FormOffer
	sets := map[string][]byte{}
	for _, e := range entries { // by name
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || e.IsDir() {
			continue
		}
		raw, err := cardreader.ReadAdministered(op, "the form "+ehrdesk.CleanLine(name), filepath.Join(real, e.Name()), maxForm)
		if err != nil {
			return nil, err
		}
		if url, _, err := form.ReadSet(raw); err == nil {
			sets[url] = raw
			continue
		}
		out = append(out, ehrdesk.FormOffer{Name: name, Site: true, Raw: raw, Sets: sets})
	}
	urls := map[string]string{}
	for i := range out {
		o := &out[i]
		f, err := form.Read(o.Raw, form.With(sets))
		switch {
		case err != nil:
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the form %s cannot be read: see ehrdesk form check", ehrdesk.CleanLine(o.Name))
		case f.Refused(), f.URL == "":
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the form %s cannot be filled in here, or has no url: see ehrdesk form check", ehrdesk.CleanLine(o.Name))
		case urls[f.URL] != "":
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the forms %s and %s have the same url", ehrdesk.CleanLine(urls[f.URL]), ehrdesk.CleanLine(o.Name))
		}
		urls[f.URL] = o.Name
		o.URL, o.Version = f.URL, f.Version
		o.Title = titleOf(f, o.Name)
	}
	return slices.Clip(out), nil
}

// titleOf is what a form is called on the screen: by its title, else its name, as form list has it, else its file's.
func titleOf(f *form.Form, file string) ehrdesk.LocalName {
	in := func(language string) string { return ehrdesk.CleanLine(f.Title.In(language)) }
	return ehrdesk.LocalName{English: cmp.Or(in("en"), ehrdesk.CleanLine(f.Name), ehrdesk.CleanLine(file)), Hant: in("zh-Hant"), Hans: in("zh-Hans")}
}
