package terms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// In finds the substances that a product's name is made of, in the order of the name:
// "Warfarin Sodium 5 MG Oral Tablet" is warfarin, "amoxicillin + clavulanate" is two.
// The longest name that stands in the table counts; a strength, a salt and a form say
// nothing of the substance. whole reports that no other word is left: with one, something
// else may be in it, and whoever has to know that two names are one drug must not say so.
// A name that denies or is of a device ("no warfarin", "insulin pen needle") gives none.
func (t *Table) In(name string) (found []*Term, whole bool) {
	words := productWords(name)
	whole = true
	for i := 0; i < len(words); {
		w := words[i]
		if denies[w] || isHan(w) && deniesInChinese(w) {
			return nil, false
		}
		term, n := t.longest(words[i:])
		switch {
		case term != nil:
			found = t.parts(found, term)
			i += n
			continue
		case isHan(w):
			terms, all := t.inChinese(w)
			for _, term := range terms {
				found = t.parts(found, term)
			}
			whole = whole && all
		case !dropped[w] && !isAmount(w):
			whole = false
		}
		i++
	}
	return found, whole && len(found) > 0
}

// longest is the term whose name is made of the most of the first words; nil for none.
func (t *Table) longest(words []string) (*Term, int) {
	for n := min(len(words), 4); n > 0; n-- {
		name := words[0]
		if n > 1 {
			name = strings.Join(words[:n], " ")
		}
		if term := t.byName[name]; term != nil {
			return term, n
		}
	}
	return nil, 0
}

// parts adds a term; of a combination, its parts. What is there is not added again.
func (t *Table) parts(to []*Term, term *Term) []*Term {
	if !strings.Contains(term.English, " + ") {
		if !slices.Contains(to, term) {
			to = append(to, term)
		}
		return to
	}
	for name := range strings.SplitSeq(term.English, " + ") {
		if part := t.Named(name); part != nil && !slices.Contains(to, part) {
			to = append(to, part)
		}
	}
	return to
}

// Parts are the substances of a term: itself, or what a combination is made of.
func (t *Table) Parts(term *Term) []*Term { return t.parts(nil, term) }

// inChinese finds the names in a run of Chinese characters, the longest first. all
// reports that what is left of it are forms of a drug.
func (t *Table) inChinese(run string) (found []*Term, all bool) {
	all = true
	for run != "" {
		term, n := t.startOf(run)
		if term == nil {
			if n = strings.IndexFunc(run, isHanRune); n < 0 {
				n = len(run)
			}
			if n > 0 && (isAmount(run[:n]) || dropped[run[:n]]) {
				run = run[n:]
				continue
			}
			if n = formIn(run); n == 0 {
				all = false
				_, n = utf8.DecodeRuneInString(run)
			}
			run = run[n:]
			continue
		}
		found = append(found, term)
		run = run[n:]
	}
	return found, all
}

// startOf is the term whose name is the longest start of a run, and the name's bytes.
func (t *Table) startOf(run string) (*Term, int) {
	for n := len(run); n > 0; n-- {
		if n < len(run) && !utf8.RuneStart(run[n]) {
			continue
		}
		if term := t.byName[run[:n]]; term != nil {
			return term, n
		}
	}
	return nil, 0
}

// Brand reports a name of the term that is a brand's: the table writes those with a
// capital, and no other of its names.
func (t *Term) Brand(name string) bool {
	for _, a := range t.Aliases {
		if strings.EqualFold(a, name) {
			r, _ := utf8.DecodeRuneInString(a)
			return unicode.IsUpper(r)
		}
	}
	return false
}

// productWords are the words of a name in lower case. Signs that join, part or enclose
// are no words; a run of Chinese characters is one, and so is what stands beside it.
func productWords(name string) []string {
	parting := func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("()[]{},;:/+&|*®™（），、；：＋／·–—", r)
	}
	var out []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(name), parting) {
		w = strings.Trim(w, ".-'\"")
		for w != "" {
			n := runOf(w)
			out = append(out, w[:n])
			w = w[n:]
		}
	}
	return out
}

// runOf is how much of a word is of one kind: Chinese characters, or none. A letter or
// digit that ends a Chinese name (維生素B12) or stands within it (維A酸) stays with it.
func runOf(w string) int {
	first, _ := utf8.DecodeRuneInString(w)
	han := unicode.Is(unicode.Han, first)
	stays := 0 // up to here, what is no character stays with those before it
	for i, r := range w {
		if i < stays || unicode.Is(unicode.Han, r) == han {
			continue
		}
		n := 0
		if han {
			n = staying(w[i:])
		}
		if n == 0 {
			return i
		}
		stays = i + n
	}
	return len(w)
}

// staying is how much of what follows Chinese characters is part of their name: at its end
// the B12 of a vitamin or the amount; within it few letters, the α2a of an interferon.
func staying(s string) int {
	at := strings.IndexFunc(s, isHanRune)
	switch {
	case at < 0 && len(s) <= 4:
		return len(s)
	case at > 0 && at <= 4 && (s[0] < '0' || s[0] > '9'):
		return at
	}
	return 0
}

func isHan(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return isHanRune(r)
}

func isHanRune(r rune) bool { return unicode.Is(unicode.Han, r) }

// isAmount reports a number, with or without its unit: 5, 0.5%, 100mg, 2.5mg.
func isAmount(w string) bool {
	rest := strings.TrimLeft(w, "0123456789.,%")
	return rest != w && (rest == "" || dropped[strings.Trim(rest, "-")] || strings.HasPrefix(rest, "-") && isAmount(rest[1:]))
}

// denies are words after or before which a name does not say what somebody takes, or
// which are of a device.
var denies = wordSet(`no not non none nil without free except avoid stop stopped never allergy allergic intolerance needle needles syringes
	strip strips lancet lancets meter monitor pump reservoir antidote antibody antibodies level levels clinic`)

func deniesInChinese(run string) bool {
	for _, s := range [...]string{"不", "無", "无", "沒", "没", "停", "忌", "敏感", "過敏", "过敏", "針頭", "针头", "試紙", "试纸"} {
		if strings.Contains(run, s) {
			return true
		}
	}
	return false
}

// dropped are the words of a product's name that say nothing of the substance: salts,
// forms, routes, units and ways of release.
var dropped = wordSet(`
	sodium potassium calcium magnesium hydrochloride hcl dihydrochloride hydrobromide bromide chloride sulfate sulphate phosphate maleate fumarate hemifumarate
	succinate tartrate bitartrate citrate acetate mesylate mesilate besylate besilate tosylate nitrate carbonate gluconate lactate malate arginine erbumine
	tert-butylamine trihydrate dihydrate monohydrate hydrate anhydrous medoxomil cilexetil axetil propionate dipropionate furoate valerate butyrate hexanoate pivalate
	palmitate decanoate enanthate enantate undecanoate embonate pamoate tromethamine trometamol hemihydrate sesquihydrate pentahydrate hyclate xinafoate disoproxil
	etexilate pivoxil proxetil oxalate aspartate stearate ethylsuccinate estolate lactobionate bisulfate bisulphate hydrogensulfate phosphates
	napadisilate isethionate isetionate meglumine lysine monosodium disodium dipotassium tebutate micronised micronized
	tablet tablets tab tabs capsule capsules cap caps caplet caplets pill pills oral solution suspension syrup elixir drops drop mixture powder sachet sachets granules granule lozenge
	injection injectable inj infusion vial vials ampoule ampoules amp prefilled pre-filled syringe pen pens cartridge cartridges solostar flexpen kwikpen flextouch penfill
	cream ointment gel lotion topical cutaneous patch patches transdermal suppository suppositories rectal pessary vaginal enema foam shampoo paste spray nasal
	inhaler inhalation metered dose dry nebuliser nebulizer nebules nebule respule respules evohaler accuhaler turbuhaler turbohaler hfa mdi dpi aerosol puff puffs actuat actuation actuations
	eye ear ophthalmic otic sublingual buccal chewable dispersible effervescent orally disintegrating odt film coated film-coated enteric ec enteric-coated gastro-resistant
	extended release extended-release modified modified-release prolonged prolonged-release sustained sustained-release slow delayed delayed-release controlled
	controlled-release immediate immediate-release mr sr xr er xl la cr pr ir retard long acting abuse-deterrent
	mg mcg ug µg μg microgram micrograms g gram grams ml l litre litres unit units iu unt mmol meq ng % w v hr hrs hour hours day days week weekly daily
	per in of and with for plus as the a x single multi use human adult adults paediatric pediatric junior product containing medicinal only precisely
	intravenous intramuscular subcutaneous iv im sc po strength pack bottle tube box supplement herbal extract`)

// formsInChinese are the same in Chinese, the longer before what they begin with.
var formsInChinese = [...]string{"腸溶膠囊", "肠溶胶囊", "緩釋膠囊", "缓释胶囊", "吸入氣霧劑", "吸入气雾剂", "注射液", "注射劑", "注射剂", "口服液", "滴眼液", "氣霧劑", "气雾剂", "吸入劑", "吸入剂", "腸溶片", "肠溶片",
	"緩釋片", "缓释片", "控釋片", "控释片", "膠囊", "胶囊", "藥片", "药片", "片劑", "片剂", "糖漿", "糖浆", "軟膏", "软膏", "乳膏", "藥膏", "药膏", "凝膠", "凝胶", "貼劑", "贴剂", "栓劑", "栓剂", "口服", "注射", "外用",
	"毫克", "微克", "毫升", "單位", "单位", "克", "片", "粒", "支", "鈉", "钠", "鉀", "钾", "鈣", "钙", "鹽酸", "盐酸", "硫酸", "馬來酸", "马来酸", "酒石酸", "富馬酸", "富马酸", "琥珀酸", "劑", "剂", "液", "及", "和"}

func formIn(run string) int {
	for _, f := range formsInChinese {
		if strings.HasPrefix(run, f) {
			return len(f)
		}
	}
	return 0
}

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}
