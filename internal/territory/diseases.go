package territory

// disease is a long-term problem: what it does to the body, what is given for it
// and what is measured because of it.
type disease struct {
	code, name, chinese string
	from                int // age it begins at
	percent             int // of people of that age and above
	onset               []shift
	lines               [][]drug // of each line one is chosen
	together            bool     // all lines at once, and not one after the other
	panels              []panel
}

// aim is what a drug is raised for: a measurement above a limit, and what each
// step does to it.
type aim struct {
	of    analyte
	above float64
	by    float64
}

type drug struct {
	code, name, form, strength, route string
	doses                             []dose // from the first to the highest
	aim                               aim
}

type dose struct{ amount, often string }

const (
	daily    = "once a day"
	twice    = "twice a day"
	thrice   = "three times a day"
	night    = "at night"
	weekly   = "once a week on Monday"
	thursday = "once a week on Thursday"
	required = "when required"
)

func doses(often string, amounts ...string) []dose {
	out := make([]dose, len(amounts))
	for i, a := range amounts {
		out[i] = dose{a, often}
	}
	return out
}

func tablet(code, name, strength string, a aim, d ...dose) drug {
	return drug{code, name, "tablet", strength, "oral", d, a}
}

var (
	pressure = aim{systolic, 142, -9}
	sugar    = aim{hba1c, 7.3, -0.7}
	fat      = aim{ldl, 2.6, -0.8}

	warfarin     = tablet("B01AA03", "warfarin", "1 mg", aim{}, doses(daily, "1 mg", "1.5 mg", "2 mg", "2.5 mg", "3 mg", "3.5 mg", "4 mg", "4.5 mg", "5 mg", "5.5 mg", "6 mg")...)
	prednisolone = tablet("H02AB06", "prednisolone", "1 mg", aim{crp, 1000, -37}, doses(daily, "15 mg", "12.5 mg", "10 mg", "9 mg", "8 mg", "7 mg", "6 mg", "5 mg", "4 mg", "3 mg", "2 mg", "1 mg")...)
)

var diseases = []disease{
	{"I10", "Hypertension", "高血壓", 35, 40, []shift{{systolic, 24, 1}, {diastolic, 10, 1}}, [][]drug{
		{tablet("C08CA01", "amlodipine", "5 mg", pressure, doses(daily, "2.5 mg", "5 mg", "10 mg")...)},
		{tablet("C09AA04", "perindopril", "4 mg", pressure, doses(daily, "2 mg", "4 mg", "8 mg")...), tablet("C09CA01", "losartan", "50 mg", pressure, doses(daily, "25 mg", "50 mg", "100 mg")...)},
		{tablet("C03BA11", "indapamide", "1.5 mg", pressure, doses(daily, "1.5 mg")...)},
	}, false, []panel{renalPanel, lipidPanel}},
	{"E11", "Type 2 diabetes mellitus", "二型糖尿病", 40, 22, []shift{{hba1c, 1.9, 1}, {hba1c, 1.6, 6}, {triglycerides, 0.5, 1}}, [][]drug{
		{tablet("A10BA02", "metformin", "500 mg", sugar, dose{"500 mg", daily}, dose{"500 mg", twice}, dose{"1,000 mg", twice})},
		{tablet("A10BB09", "gliclazide", "80 mg", sugar, dose{"40 mg", daily}, dose{"40 mg", twice}, dose{"80 mg", twice}), tablet("A10BK03", "empagliflozin", "10 mg", sugar, doses(daily, "10 mg", "25 mg")...)},
		{drug{"A10AC01", "insulin isophane human", "injection", "100 units per mL", "subcutaneous", doses(night, "8 units", "12 units", "16 units", "20 units"), sugar}},
	}, false, []panel{sugarPanel, renalPanel, lipidPanel}},
	{"E78.5", "Hyperlipidaemia", "高血脂", 40, 30, []shift{{ldl, 1.5, 1}, {triglycerides, 0.4, 1}}, [][]drug{
		{tablet("C10AA01", "simvastatin", "10 mg", fat, doses(night, "10 mg", "20 mg", "40 mg")...), tablet("C10AA05", "atorvastatin", "10 mg", fat, doses(night, "10 mg", "20 mg", "40 mg")...)},
		{tablet("C10AX09", "ezetimibe", "10 mg", fat, doses(daily, "10 mg")...)},
	}, false, []panel{lipidPanel, liverPanel}},
	{"I48", "Atrial fibrillation", "心房顫動", 60, 12, []shift{{pulse, 14, 0.5}}, [][]drug{
		{warfarin, tablet("B01AF02", "apixaban", "5 mg", aim{}, doses(twice, "5 mg")...)},
		{tablet("C07AB07", "bisoprolol", "2.5 mg", aim{pulse, 90, -7}, doses(daily, "1.25 mg", "2.5 mg", "5 mg")...)},
	}, true, []panel{bloodPanel, renalPanel}},
	{"J45", "Asthma", "哮喘", 3, 7, nil, [][]drug{
		{drug{"R03AC02", "salbutamol", "inhaler", "100 micrograms per dose", "inhalation", doses(required, "2 puffs"), aim{}}},
		{drug{"R03BA01", "beclometasone", "inhaler", "100 micrograms per dose", "inhalation", doses(twice, "2 puffs"), aim{}}},
	}, true, nil},
	{"E03.9", "Hypothyroidism", "甲狀腺功能減退", 25, 6, []shift{{tsh, 9, 0.7}, {thyroxine, -4.5, 0.7}}, [][]drug{
		{tablet("H03AA01", "levothyroxine", "25 micrograms", aim{tsh, 4.2, -3.2}, doses(daily, "25 micrograms", "50 micrograms", "75 micrograms", "100 micrograms")...)},
	}, false, []panel{thyroidPanel}},
	{"M10", "Gout", "痛風", 35, 8, []shift{{urate, 190, 1}}, [][]drug{
		{tablet("M04AA01", "allopurinol", "100 mg", aim{urate, 360, -75}, doses(daily, "100 mg", "200 mg", "300 mg")...)},
	}, false, []panel{uratePanel}},
	{"B18.1", "Chronic hepatitis B", "慢性乙型肝炎", 30, 8, []shift{{alt, 32, 1}}, [][]drug{
		{tablet("J05AF10", "entecavir", "0.5 mg", aim{alt, 50, -28}, doses(daily, "0.5 mg")...)},
	}, false, []panel{liverPanel}},
	{"N18.3", "Chronic kidney disease stage 3", "慢性腎病第三期", 60, 6, []shift{{creatinine, 34, 0.5}, {creatinine, 75, 8}, {urea, 4, 2}, {potassium, 0.4, 2}, {haemoglobin, -1.6, 6}}, [][]drug{
		{tablet("A02AA05", "sodium bicarbonate", "300 mg", aim{}, doses(thrice, "600 mg")...)},
	}, false, []panel{renalPanel, bloodPanel}},
	{"M06.9", "Rheumatoid arthritis", "類風濕關節炎", 30, 2, []shift{{crp, 26, 0.4}, {haemoglobin, -1, 0.5}, {platelets, 60, 0.5}}, [][]drug{
		{tablet("L04AX03", "methotrexate", "2.5 mg", aim{crp, 8, -9}, doses(weekly, "7.5 mg", "10 mg", "12.5 mg", "15 mg")...)},
		{tablet("B03BB01", "folic acid", "5 mg", aim{}, doses(thursday, "5 mg")...)},
	}, true, []panel{bloodPanel, liverPanel, inflammationPanel}},
	{"M35.3", "Polymyalgia rheumatica", "風濕性多肌痛", 65, 2, []shift{{crp, 38, 0.01}}, [][]drug{{prednisolone}}, false, []panel{inflammationPanel, sugarPanel}},
	{"F03", "Dementia", "認知障礙症", 78, 12, []shift{{massIndex, -2, 6}}, [][]drug{
		{tablet("N06DA02", "donepezil", "5 mg", aim{}, doses(night, "5 mg")...)},
	}, false, nil},
}

// ailment is a passing illness with what is given for it.
type ailment struct {
	code, name, chinese string
	drug                drug
	note, noteChinese   string
	fever               float64 // °C above usual
	from, percent       int     // age it begins at; how often, women first
	men                 int
}

var paracetamol = tablet("N02BE01", "paracetamol", "500 mg", aim{}, dose{"500 mg", "four times a day when required"})

var ailments = []ailment{
	{"J06.9", "Upper respiratory tract infection", "上呼吸道感染", paracetamol,
		"Sore throat and rhinorrhoea for 3 days, no dyspnoea. Chest clear.", "喉嚨痛及流鼻水三天，無氣促。胸肺清。", 0.9, 0, 45, 50},
	{"A09", "Gastroenteritis", "腸胃炎", drug{"A07CA", "oral rehydration salts", "powder", "1 sachet", "oral", doses("after each loose stool", "1 sachet"), aim{}},
		"Watery diarrhoea 5 times, afebrile. Abdomen soft.", "水瀉五次，無發燒。腹軟。", 0, 0, 20, 20},
	{"L20", "Atopic dermatitis", "濕疹", drug{"D07AB", "clobetasone", "cream", "0.05%", "topical", doses(twice, "thin layer"), aim{}},
		"Flexural eczema, itchy at night. Emollients advised.", "肘窩及膝窩濕疹，夜間痕癢。囑多用潤膚膏。", 0, 0, 10, 12},
	{"M54.5", "Low back pain", "腰痛", drug{"M01AE01", "ibuprofen", "tablet", "200 mg", "oral", doses("three times a day after food", "400 mg"), aim{}},
		"Mechanical back pain after lifting, no red flags.", "提重物後腰痛，無警號徵狀。", 0, 16, 14, 18},
	{"N39.0", "Urinary tract infection", "尿道感染", drug{"J01XE01", "nitrofurantoin", "capsule", "50 mg", "oral", doses("four times a day", "50 mg"), aim{}},
		"Dysuria and frequency for 2 days, no loin pain.", "尿頻及小便刺痛兩天，無腰痛。", 0.3, 16, 11, 0},
}

// stay is an illness that people are admitted with.
type stay struct {
	code, name, chinese string
	image, report       string
	procedure           string
	summary, chineseSum string
	days                int
	infection           bool
}

var stays = []stay{
	{"J18.9", "Pneumonia", "肺炎", "Chest X-ray 胸部X光", "Right lower zone consolidation. No pleural effusion. 右下肺實變，無胸腔積液。", "Intravenous cannulation 靜脈置管",
		"Fever and productive cough; right lower zone consolidation. Intravenous antibiotics, then oral. Afebrile from day 3, no oxygen needed.", "發燒及咳痰，右下肺實變，靜脈注射抗生素後轉口服，第三天退燒，無需氧氣。", 6, true},
	{"R07.4", "Chest pain", "胸痛", "Chest X-ray 胸部X光", "Heart size normal. No focal consolidation. 心臟大小正常，無肺部實變。", "Intravenous cannulation 靜脈置管",
		"Atypical chest pain. Serial troponin not raised, ECG without acute change. Pain free on discharge.", "非典型胸痛，多次肌鈣蛋白不高，心電圖無急性變化，出院時無痛。", 2, false},
	{"L03.9", "Cellulitis", "蜂窩組織炎", "", "", "Intravenous cannulation 靜脈置管",
		"Cellulitis of the left leg. Intravenous antibiotics for 3 days with good response.", "左腿蜂窩組織炎，靜脈注射抗生素三天，反應良好。", 4, true},
	{"K92.1", "Melaena", "黑便", "", "", "Oesophago-gastro-duodenoscopy 胃鏡檢查",
		"Melaena for 2 days. Endoscopy: antral erosions, no active bleeding. Haemoglobin stable, no transfusion.", "黑便兩天，胃鏡見胃竇糜爛，無活動出血，血紅蛋白穩定，無需輸血。", 3, false},
	{"K80.2", "Gallstones", "膽石", "Ultrasound abdomen 腹部超聲波", "Several gallstones, common duct not dilated. Kidneys normal in size. 多粒膽石，膽總管無擴張，雙腎大小正常。", "Intravenous cannulation 靜脈置管",
		"Biliary colic that settled. Referred to surgery for elective cholecystectomy.", "膽絞痛，已緩解，轉介外科安排膽囊切除。", 3, false},
}
