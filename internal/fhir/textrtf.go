package fhir

import (
	"strings"
)

// destination reads a word that says where the text of its group goes, and
// reports whether it was one.
func (r *richReader) destination(word string, opened, star bool) bool {
	if !opened {
		return false
	}
	d, mark := r.f.dest, ""
	switch word {
	case "fonttbl":
		d = fonts
	case "colortbl", "stylesheet", "info", "sp", "shprslt", "nonshppict", "nonesttables", "filetbl", "xe", "tc", "tcn", "rxe", "txe",
		"ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "listpicture", "private", "template", "objdata", "fldtype", "datafield":
		d = gone
	case "pict":
		if d == body {
			r.emit(" " + MarkImage + " ")
		}
		d = gone
	case "mmath", "moMath", "moMathPara":
		if d == body {
			r.emit(" [formula] ")
		}
		d = gone
	case "ffdata":
		if d == body {
			d = form
		}
	case "ud":
		if d == gone && len(r.stack) > 0 {
			d = r.stack[len(r.stack)-1].dest
		}
	case "upr":
		r.f.upr = true
	case "shppict", "shpinst", "shptxt", "dptxbxtext", "do": // pictures and text beside the text
	case "fldinst": // what makes the field is not shown
		if d == body {
			r.f.field = true
		}
		d = gone
	case "header", "headerl", "headerr", "headerf":
		mark = "[header: "
	case "footer", "footerl", "footerr", "footerf":
		mark = "[footer: "
	case "footnote":
		mark = " [footnote: "
	case "annotation":
		mark = " [comment: "
	case "atnid", "atnauthor", "atndate", "atnref", "atntime", "atnicn", "atnparent":
		d = gone
	default:
		if star {
			r.f.dest = gone
		}
		return star
	}
	if r.f.dest == gone && word != "ud" && !(word == "ffdata" && r.f.field) {
		return true // what stands in what is gone is gone
	}
	if word == "ffdata" && r.f.field {
		d = form
	}
	if mark != "" && r.f.dest == body {
		if strings.HasPrefix(word, "head") || strings.HasPrefix(word, "footer") {
			r.out.block(0)
			r.f.ends = markEnd + "\n"
		} else {
			r.f.ends = markEnd
		}
		r.f.deleted, r.f.strike, r.f.hidden = false, false, false
		r.emit(mark)
	}
	r.f.dest = d
	return true
}

// word reads a control word.
func (r *richReader) word(word string, n int, has bool) {
	on := !has || n != 0
	switch r.f.dest {
	case fonts:
		r.fontWord(word, n)
		return
	case form:
		r.field.word(word, n)
		return
	case gone:
		if word == "uc" {
			r.f.uc = min(max(n, 0), 16)
		} else if word == "u" {
			r.skip = r.f.uc
		}
		return
	case body:
	}
	switch word {
	case "u":
		r.unicode(n)
	case "uc":
		r.f.uc = min(max(n, 0), 16)
	case "ansicpg":
		if p := codePage(n); p != "" {
			r.page = p
		}
	case "mac":
		r.page = "macintosh"
	case "pc":
		r.page = "cp437"
	case "pca":
		r.page = "cp850"
	case "deff":
		r.first = n
	case "f":
		r.f.font, r.f.far = n, false
	case "af":
		if r.f.far {
			r.f.farFont = n
		}
	case "dbch":
		r.f.far = true
	case "loch", "hich":
		r.f.far = false
	case "plain":
		r.f.deleted, r.f.strike, r.f.hidden, r.f.raised, r.f.far = false, false, false, false, false
		r.f.font, r.f.farFont = -1, -1
	case "deleted":
		r.f.deleted = on
	case "strike", "striked":
		r.f.strike = on
	case "v":
		r.f.hidden = on
	case "super":
		r.f.raised = on
	case "up":
		r.f.raised = !has || n > 0
	case "sub", "nosupersub", "dn":
		r.f.raised = false
	case "par", "line", "sect", "page", "column", "softline", "softpage", "lbr":
		r.newLine()
	case "tab":
		r.emit("\t")
	case "pard":
		r.f.inTable = false
	case "intbl":
		r.f.inTable = true
	case "trowd":
		r.inRow = true
	case "cell":
		r.endCell()
	case "row":
		r.endRow()
	case "nestcell":
		r.emit(" | ")
	case "nestrow":
		r.newLine()
	default:
		if s := spelled(word); s != "" {
			r.emit(s)
		}
	}
}

// spelled are words that stand for a character.
func spelled(word string) string {
	switch word {
	case "emdash":
		return "—"
	case "endash":
		return "–"
	case "bullet":
		return "•"
	case "lquote":
		return "‘"
	case "rquote":
		return "’"
	case "ldblquote":
		return "“"
	case "rdblquote":
		return "”"
	case "emspace", "enspace", "qmspace":
		return " "
	case "zwj":
		return "\u200d"
	case "zwnj":
		return "\u200c"
	}
	return ""
}

// emit writes text with the look it has.
func (r *richReader) emit(s string) {
	if r.f.dest != body || s == "" {
		return
	}
	if r.f.hidden { // said, not shown: its writer had put it out of sight
		if !r.out.said {
			r.out.said = true
			r.into().kept("[hidden text]")
		}
		return
	}
	p := r.into()
	p.said = false
	p.deleted = r.f.deleted || r.f.strike
	p.raised = r.f.raised && !p.inRaised
	p.inRaised = r.f.raised
	p.kept(s)
}

// into is the page that takes text now: the cell's while a row is read.
func (r *richReader) into() *page {
	inCell := r.inRow || r.f.inTable
	switch {
	case inCell && r.outer == nil:
		r.outer, r.out = r.out, newPage()
	case !inCell && r.outer != nil:
		r.endRow()
		r.endTable()
	case !inCell:
		r.endTable()
	}
	return r.out
}

func (r *richReader) newLine() {
	if r.f.dest == body {
		p := r.into()
		p.deleted = r.f.deleted || r.f.strike
		p.newLine()
	}
}

func (r *richReader) endCell() {
	if r.f.dest != body {
		return
	}
	r.inRow = true
	p := r.into()
	r.row = append(r.row, p.text())
	r.out = newPage()
	r.out.overfull = p.overfull
	r.inRow = len(r.row) < 4096
}

// endRow takes the row into the table.
func (r *richReader) endRow() {
	if r.outer == nil {
		r.inRow = false
		return
	}
	if s := r.out.text(); strings.TrimSpace(s) != "" {
		r.row = append(r.row, s)
	}
	if len(r.row) > 0 {
		r.table.row()
		for _, s := range r.row {
			r.table.add(cell{text: s}, 1, 1)
		}
	}
	over := r.out.overfull
	r.row, r.inRow = nil, false
	r.out, r.outer = r.outer, nil
	r.out.overfull = r.out.overfull || over
}

// endTable lays out the rows that came.
func (r *richReader) endTable() {
	if r.outer != nil || len(r.table.rows) == 0 {
		return
	}
	s := r.table.text()
	r.table = table{}
	if s != "" {
		r.out.lines(s)
	}
}

// fontWord reads the table of fonts.
func (r *richReader) fontWord(word string, n int) {
	switch word {
	case "f":
		r.nameFont()
		r.f.font = n
		if len(r.fonts) < 4096 {
			r.fonts[n] = fontInfo{charset: 1}
		}
	case "fcharset":
		if f, ok := r.fonts[r.f.font]; ok {
			f.charset, f.page = n, charsetPage(n)
			r.fonts[r.f.font] = f
		}
	case "cpg":
		if f, ok := r.fonts[r.f.font]; ok {
			f.page = codePage(n)
			r.fonts[r.f.font] = f
		}
	}
}

// nameFont takes the name that was read: some fonts hold signs for letters.
func (r *richReader) nameFont() {
	name := strings.ToLower(r.name.String())
	r.name.Reset()
	f, ok := r.fonts[r.f.font]
	if !ok || name == "" {
		return
	}
	switch {
	case strings.HasPrefix(name, "symbol"):
		f.symbol = "symbol"
	case strings.Contains(name, "dings") || strings.Contains(name, "dingbats") || f.charset == 2:
		f.symbol = "dingbats"
		if strings.HasPrefix(name, "wingdings") && !strings.HasPrefix(name, "wingdings ") {
			f.symbol = "wingdings"
		}
	default:
		return
	}
	r.fonts[r.f.font] = f
}

// formField is a form's field: its state is no text of the note.
type formField struct{ kind, result, normal int }

func (f *formField) word(word string, n int) {
	switch word {
	case "fftype":
		f.kind = n
	case "ffres":
		f.result = n + 1
	case "ffdefres":
		f.normal = n
	}
}

func (f *formField) text() string {
	state := f.normal
	if f.result > 0 && f.result != 26 { // 25: as it was at first
		state = f.result - 1
	}
	switch {
	case f.kind == 1:
		return tick("[", state != 0, "]")
	case f.kind == 2:
		return "[choice not shown]"
	}
	return ""
}
