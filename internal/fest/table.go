package fest

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
)

// words are what a line says, by relevance: the effect and the action in English, 繁體中文 and 简体中文. The agency's own
// sentences are Norwegian and are not taken over: a translation that nobody has checked would be read as advice.
func (r Relevance) words() (effect, action [3]string) {
	switch r {
	case Avoid:
		return [3]string{"Should be avoided by the Norwegian Medical Products Agency", "挪威藥品局：應避免同用", "挪威药品局：应避免同用"},
			[3]string{"Ask a pharmacist; the assessment is in FEST, in Norwegian", "請教藥劑師；評估原文為挪威文（FEST）", "请教药剂师；评估原文为挪威文（FEST）"}
	case Precautions:
		return [3]string{"Precautions by the Norwegian Medical Products Agency", "挪威藥品局：須採取預防措施", "挪威药品局：须采取预防措施"},
			[3]string{"Ask a pharmacist which; the assessment is in FEST, in Norwegian", "請教藥劑師應採取何種措施；評估原文為挪威文（FEST）", "请教药剂师应采取何种措施；评估原文为挪威文（FEST）"}
	case NoAction:
	}
	return [3]string{"No action needed by the Norwegian Medical Products Agency", "挪威藥品局：無須採取措施", "挪威药品局：无须采取措施"},
		[3]string{"None; the assessment is in FEST, in Norwegian", "無；評估原文為挪威文（FEST）", "无；评估原文为挪威文（FEST）"}
}

// Append gives a table of interactions with the lines of an extract at its end. Its version says that they are there.
// The columns are taken from the table's head; of a table without one nothing is given.
func Append(table []byte, x *Extract) []byte {
	head, version := headOf(table)
	if head == nil {
		return nil
	}
	own := "# version " + version
	out := bytes.NewBuffer(bytes.Replace(table, []byte(own), []byte(own+"+fest"+day(x.Fetched)), 1))
	if n := len(table); n > 0 && table[n-1] != '\n' {
		out.WriteByte('\n')
	}
	w := csv.NewWriter(out)
	for i := range x.Lines {
		l := &x.Lines[i]
		effect, action := l.Relevance.words()
		cell := map[string]string{"rule": l.Rule, "a": strings.Join(l.A, ";"), "b": strings.Join(l.B, ";"), "tier": strconv.Itoa(l.Relevance.Tier()),
			"effect": effect[0], "effect_hant": effect[1], "effect_hans": effect[2], "action": action[0], "action_hant": action[1], "action_hans": action[2],
			"source": "FEST", "licence": "NLOD"}
		row := make([]string, len(head))
		for c, name := range head {
			row[c] = cell[name]
		}
		_ = w.Write(row) // into memory
	}
	w.Flush()
	return out.Bytes()
}

// headOf is the first row of a table, and what its comment "# version" says.
func headOf(table []byte) (head []string, version string) {
	for l := range strings.Lines(string(table)) {
		l = strings.TrimSpace(l)
		if v, ok := strings.CutPrefix(l, "# version "); ok {
			version = v
		}
		if l != "" && l[0] != '#' {
			return strings.Split(l, ","), version
		}
	}
	return nil, version
}

// day is the day of 2026-11-20T03:09:06 as "20261120".
func day(s string) string {
	d := strings.ReplaceAll(s, "-", "")
	if len(d) < 8 || slices.ContainsFunc([]byte(d[:8]), func(b byte) bool { return b < '0' || b > '9' }) {
		return ""
	}
	return d[:8]
}
