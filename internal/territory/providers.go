package territory

import "strconv"

// Provider is a registered healthcare provider (HCP).
type Provider struct {
	ID        string // 10 digits
	Name      string
	Chinese   string
	Kind      string // "HA", "DH", "PHC", "private"
	Deemed    bool   // sharing consent is given by joining eHealth
	Resources [][]byte
}

// DemoProvider is the private clinic that demonstrations sign in to.
const DemoProvider = "9265400017"

type place struct {
	id, code, english, chinese string
	doctors                    [][3]string // id, name, chinese
}

// hospitals belong to the Hospital Authority. Their names are real places; what
// is recorded there is not.
var hospitals = []place{
	{"org-qmh", "QMH", "Queen Mary Hospital", "瑪麗醫院", [][3]string{{"prac-qmh1", "Dr CHEUNG Ka Wai", "張家偉醫生"}, {"prac-qmh2", "Dr LAM Sze Man", "林思敏醫生"}}},
	{"org-qeh", "QEH", "Queen Elizabeth Hospital", "伊利沙伯醫院", [][3]string{{"prac-qeh1", "Dr NG Chi Fai", "吳志輝醫生"}}},
	{"org-pwh", "PWH", "Prince of Wales Hospital", "威爾斯親王醫院", [][3]string{{"prac-pwh1", "Dr TANG Wing Yan", "鄧詠欣醫生"}}},
	{"org-pmh", "PMH", "Princess Margaret Hospital", "瑪嘉烈醫院", [][3]string{{"prac-pmh1", "Dr YIP Kwok Wah", "葉國華醫生"}}},
	{"org-uch", "UCH", "United Christian Hospital", "基督教聯合醫院", [][3]string{{"prac-uch1", "Dr POON Lai Fong", "潘麗芳醫生"}}},
	{"org-tmh", "TMH", "Tuen Mun Hospital", "屯門醫院", [][3]string{{"prac-tmh1", "Dr TSANG Ho Yin", "曾浩然醫生"}}},
}

// privateProviders are invented.
var privateProviders = []place{
	{DemoProvider, "HLC", "Harbour Light Family Clinic", "海光家庭醫務所", [][3]string{{"prac-hlc1", "Dr LEE Kin Chung", "李健聰醫生"}}},
	{"9265400025", "LRM", "Lion Rock Medical Centre", "獅山醫療中心", [][3]string{{"prac-lrm1", "Dr FUNG Mei Yee", "馮美儀醫生"}}},
	{"9265400033", "JGD", "Jade Garden Dental Surgery", "翠苑牙科診所", [][3]string{{"prac-jgd1", "Dr KWAN Chun Kit", "關俊傑牙醫"}}},
	{"9265400041", "SKB", "Silver Kite Bay Hospital", "銀鳶灣醫院", [][3]string{{"prac-skb1", "Dr AU YEUNG Suk Ching", "歐陽淑晴醫生"}}},
	{"9265400058", "NTP", "North Terrace Physiotherapy", "北臺物理治療中心", [][3]string{{"prac-ntp1", "Ms SZETO Hoi Ching", "司徒海晴女士"}}},
}

// public are the hospitals and clinics of the Hospital Authority.
func (p place) public() bool { return p.id[0] == 'o' }

func (p place) org() string {
	if p.public() {
		return p.id
	}
	return "org-" + p.id
}

func providers() []Provider {
	ha := Provider{ID: "9100000019", Name: "Hospital Authority", Chinese: "醫院管理局", Kind: "HA", Deemed: true}
	ha.Resources = append(ha.Resources, organisation("org-ha", ha.ID, ha.Name, ha.Chinese, ""))
	for _, h := range hospitals {
		ha.Resources = append(ha.Resources, h.resources("org-ha")...)
	}
	dh := Provider{ID: "9100000027", Name: "Department of Health", Chinese: "衞生署", Kind: "DH", Deemed: true}
	dh.Resources = append(dh.Resources, organisation("org-dh", dh.ID, dh.Name, dh.Chinese, ""))
	phc := Provider{ID: "9100000035", Name: "Primary Healthcare Commission", Chinese: "基層醫療署", Kind: "PHC", Deemed: true}
	phc.Resources = append(phc.Resources, organisation("org-phc", phc.ID, phc.Name, phc.Chinese, ""))
	out := []Provider{ha, dh, phc}
	for _, p := range privateProviders {
		out = append(out, Provider{ID: p.id, Name: p.english, Chinese: p.chinese, Kind: "private", Resources: p.resources("")})
	}
	return out
}

func organisation(id, hcp, english, chinese, partOf string) []byte {
	return o("resourceType", "Organization", "id", id, "identifier", list(o("system", systemHCP, "value", hcp)), "active", true,
		"name", english+" "+chinese, "alias", list(text(chinese)), "partOf", ref(partOf, ""))
}

func (p place) resources(partOf string) [][]byte {
	hcp := p.id
	if partOf != "" {
		partOf, hcp = "Organization/"+partOf, p.code
	}
	out := [][]byte{organisation(p.org(), hcp, p.english, p.chinese, partOf)}
	for i, d := range p.doctors {
		out = append(out,
			o("resourceType", "Practitioner", "id", d[0], "identifier", list(o("system", "urn:example:hk:registration", "value", "M"+p.code+strconv.Itoa(10000+i))),
				"name", list(o("text", d[1]+" "+d[2]))))
	}
	return out
}
