package territory

var allergens = []struct{ name, chinese, reaction, reactionChinese string }{
	{"penicillin", "盤尼西林", "anaphylaxis", "過敏性休克"},
	{"aspirin", "亞士匹靈", "wheeze", "喘鳴"},
	{"co-trimoxazole", "複方磺胺", "rash", "皮疹"},
	{"shellfish", "貝殼類海產", "urticaria", "蕁麻疹"},
	{"iodinated contrast", "含碘顯影劑", "facial swelling", "面部腫脹"},
	{"ibuprofen", "布洛芬", "angioedema", "血管性水腫"},
}

// vaccines are those of infancy. Source: Department of Health, Hong Kong Childhood
// Immunisation Programme.
var vaccines = []struct {
	code, name string
	months     []int // of age, a dose each; 0: at birth
}{
	{"BCG", "BCG vaccine 卡介苗", []int{0}}, {"HEPB", "Hepatitis B vaccine 乙型肝炎疫苗", []int{0, 1, 6}},
	{"DTAP-IPV", "DTaP-IPV vaccine 白喉、破傷風、無細胞型百日咳及滅活小兒麻痺混合疫苗", []int{2, 4, 6, 18}}, {"PCV", "Pneumococcal conjugate vaccine 肺炎球菌結合疫苗", []int{2, 4, 12}},
	{"MMR", "MMR vaccine 麻疹、流行性腮腺炎及德國麻疹混合疫苗", []int{12}}, {"VAR", "Varicella vaccine 水痘疫苗", []int{12}}, {"MMRV", "MMRV vaccine 麻疹、流行性腮腺炎、德國麻疹及水痘混合疫苗", []int{18}},
}
