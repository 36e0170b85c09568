package territory

// test is a laboratory or bedside measurement. Local codes only where no free
// code is at hand; LOINC is free to use.
type test struct {
	code, name, chinese, unit string
	mean, spread              float64
	decimals                  int
	low, high                 num
}

var panels = map[string][]test{
	"Renal function": {
		{"14682-9", "Creatinine", "肌酸酐", "µmol/L", 84, 40, 0, "59", "104"},
		{"22664-7", "Urea", "尿素", "mmol/L", 5.6, 3, 1, "2.8", "8.1"},
		{"2951-2", "Sodium", "鈉", "mmol/L", 140, 6, 0, "136", "145"},
		{"2823-3", "Potassium", "鉀", "mmol/L", 4.3, 1, 1, "3.5", "5.1"},
		{"98979-8", "eGFR (CKD-EPI)", "腎小球濾過率", "mL/min/1.73m²", 76, 30, 0, "60", ""},
	},
	"Complete blood count": {
		{"718-7", "Haemoglobin", "血紅蛋白", "g/dL", 13.4, 3, 1, "11.5", "17.3"},
		{"6690-2", "White cell count", "白血球", "×10^9/L", 7.2, 4, 1, "3.7", "9.3"},
		{"777-3", "Platelets", "血小板", "×10^9/L", 235, 110, 0, "160", "420"},
	},
	"Lipid profile": {
		{"14647-2", "Cholesterol", "總膽固醇", "mmol/L", 4.9, 1.6, 1, "", "5.2"},
		{"22748-8", "LDL cholesterol", "低密度膽固醇", "mmol/L", 2.9, 1.3, 1, "", "2.6"},
		{"14927-8", "Triglycerides", "三酸甘油酯", "mmol/L", 1.5, 1, 2, "", "1.70"},
	},
	"Diabetes monitoring": {
		{"4548-4", "HbA1c", "糖化血紅蛋白", "%", 7.2, 1.6, 1, "4.0", "6.0"},
		{"14771-0", "Fasting glucose", "空腹血糖", "mmol/L", 7.1, 2.5, 1, "3.9", "5.5"},
	},
	"Liver function": {
		{"1742-6", "ALT", "丙氨酸轉氨酶", "U/L", 28, 25, 0, "", "50"},
		{"14631-6", "Bilirubin, total", "總膽紅素", "µmol/L", 11, 8, 0, "", "21"},
		{"61151-7", "Albumin", "白蛋白", "g/L", 42, 6, 0, "35", "52"},
	},
	"Thyroid function": {
		{"3016-3", "TSH", "促甲狀腺激素", "mIU/L", 2.4, 2.2, 2, "0.27", "4.20"},
		{"14920-3", "Free T4", "游離甲狀腺素", "pmol/L", 15.5, 5, 1, "12.0", "22.0"},
	},
}

var vitals = []test{
	{"8867-4", "Pulse", "脈搏", "beats/min", 76, 16, 0, "", ""},
	{"8310-5", "Body temperature", "體溫", "°C", 36.7, 0.6, 1, "", ""},
	{"29463-7", "Body weight", "體重", "kg", 64, 14, 1, "", ""},
	{"2708-6", "Oxygen saturation", "血氧飽和度", "%", 97, 2, 0, "", ""},
}

type drug struct{ code, name, form, strength, dose, route, often string }

// disease is a long-term problem with its drugs and tests.
type disease struct {
	code, name, chinese string
	from                int // age it begins at
	percent             int // of people of that age and above
	drugs               []drug
	panels              []string
}

var diseases = []disease{
	{"I10", "Hypertension", "高血壓", 35, 40, []drug{
		{"C08CA01", "amlodipine", "tablet", "5 mg", "5 mg", "oral", "once a day"},
		{"C09AA04", "perindopril", "tablet", "4 mg", "4 mg", "oral", "once a day"},
		{"C09CA01", "losartan", "tablet", "50 mg", "50 mg", "oral", "once a day"}}, []string{"Renal function", "Lipid profile"}},
	{"E11", "Type 2 diabetes mellitus", "二型糖尿病", 40, 22, []drug{
		{"A10BA02", "metformin", "tablet", "500 mg", "500 mg", "oral", "twice a day"},
		{"A10BB09", "gliclazide", "tablet", "80 mg", "80 mg", "oral", "twice a day"},
		{"A10BK03", "empagliflozin", "tablet", "10 mg", "10 mg", "oral", "once a day"}}, []string{"Diabetes monitoring", "Renal function"}},
	{"E78.5", "Hyperlipidaemia", "高血脂", 40, 30, []drug{
		{"C10AA01", "simvastatin", "tablet", "10 mg", "20 mg", "oral", "at night"},
		{"C10AA05", "atorvastatin", "tablet", "10 mg", "10 mg", "oral", "at night"}}, []string{"Lipid profile", "Liver function"}},
	{"I48", "Atrial fibrillation", "心房顫動", 60, 12, []drug{
		{"B01AA03", "warfarin", "tablet", "1 mg", "3 mg", "oral", "once a day"},
		{"B01AF02", "apixaban", "tablet", "5 mg", "5 mg", "oral", "twice a day"},
		{"C07AB07", "bisoprolol", "tablet", "2.5 mg", "2.5 mg", "oral", "once a day"}}, []string{"Complete blood count", "Renal function"}},
	{"J45", "Asthma", "哮喘", 3, 7, []drug{
		{"R03AC02", "salbutamol", "inhaler", "100 micrograms per dose", "2 puffs", "inhalation", "when required"},
		{"R03BA01", "beclometasone", "inhaler", "100 micrograms per dose", "2 puffs", "inhalation", "twice a day"}}, []string{"Complete blood count"}},
	{"E03.9", "Hypothyroidism", "甲狀腺功能減退", 25, 6, []drug{
		{"H03AA01", "levothyroxine", "tablet", "50 micrograms", "75 micrograms", "oral", "once a day"}}, []string{"Thyroid function"}},
	{"M10", "Gout", "痛風", 35, 8, []drug{
		{"M04AA01", "allopurinol", "tablet", "100 mg", "200 mg", "oral", "once a day"}}, []string{"Renal function"}},
	{"B18.1", "Chronic hepatitis B", "慢性乙型肝炎", 30, 8, []drug{
		{"J05AF10", "entecavir", "tablet", "0.5 mg", "0.5 mg", "oral", "once a day"}}, []string{"Liver function"}},
}

// ailment is a passing illness with what is given for it.
type ailment struct {
	code, name, chinese string
	drug                drug
	note, noteChinese   string
}

var ailments = []ailment{
	{"J06.9", "Upper respiratory tract infection", "上呼吸道感染", drug{"N02BE01", "paracetamol", "tablet", "500 mg", "1,000 mg", "oral", "four times a day when required"},
		"Sore throat and rhinorrhoea for 3 days, no dyspnoea. Chest clear.", "喉嚨痛及流鼻水三天，無氣促。胸肺清。"},
	{"A09", "Gastroenteritis", "腸胃炎", drug{"A07CA", "oral rehydration salts", "powder", "1 sachet", "1 sachet", "oral", "after each loose stool"},
		"Watery diarrhoea 5 times, afebrile. Abdomen soft.", "水瀉五次，無發燒。腹軟。"},
	{"N39.0", "Urinary tract infection", "尿道感染", drug{"J01XE01", "nitrofurantoin", "capsule", "50 mg", "50 mg", "oral", "four times a day"},
		"Dysuria and frequency for 2 days, no loin pain.", "尿頻及小便刺痛兩天，無腰痛。"},
	{"M54.5", "Low back pain", "腰痛", drug{"M01AE01", "ibuprofen", "tablet", "200 mg", "400 mg", "oral", "three times a day after food"},
		"Mechanical back pain after lifting, no red flags.", "提重物後腰痛，無警號徵狀。"},
	{"L20", "Atopic dermatitis", "濕疹", drug{"D07AB", "clobetasone", "cream", "0.05%", "thin layer", "topical", "twice a day"},
		"Flexural eczema, itchy at night. Emollients advised.", "肘窩及膝窩濕疹，夜間痕癢。囑多用潤膚膏。"},
}

var allergens = []struct{ name, chinese, reaction, reactionChinese string }{
	{"penicillin", "盤尼西林", "anaphylaxis", "過敏性休克"},
	{"aspirin", "亞士匹靈", "wheeze", "喘鳴"},
	{"co-trimoxazole", "複方磺胺", "rash", "皮疹"},
	{"shellfish", "貝殼類海產", "urticaria", "蕁麻疹"},
	{"iodinated contrast", "含碘顯影劑", "facial swelling", "面部腫脹"},
	{"ibuprofen", "布洛芬", "angioedema", "血管性水腫"},
}

var vaccines = []struct {
	code, name string
	months     int // of age, in the childhood programme; 0: adults
}{
	{"BCG", "BCG vaccine 卡介苗", 0}, {"HEPB", "Hepatitis B vaccine 乙型肝炎疫苗", 1}, {"DTAP-IPV", "DTaP-IPV vaccine 白喉、破傷風、無細胞型百日咳及滅活小兒麻痺混合疫苗", 2},
	{"PCV", "Pneumococcal conjugate vaccine 肺炎球菌結合疫苗", 4}, {"MMRV", "MMRV vaccine 麻疹、流行性腮腺炎、德國麻疹及水痘混合疫苗", 18},
}

var images = []struct{ code, name, report, chinese string }{
	{"RAD", "Chest X-ray", "Heart size normal. No focal consolidation. No pleural effusion.", "心臟大小正常，無肺部實變，無胸腔積液。"},
	{"RAD", "X-ray lumbar spine", "Mild degenerative change at L4/5. No fracture.", "第四五腰椎輕度退化，無骨折。"},
	{"RUS", "Ultrasound abdomen", "Mild fatty liver. No gallstone. Kidneys normal in size.", "輕度脂肪肝，無膽石，雙腎大小正常。"},
	{"CT", "CT brain, plain", "No intracranial haemorrhage or mass effect. Age-related involution.", "無顱內出血或佔位效應，腦部隨年齡萎縮。"},
}
