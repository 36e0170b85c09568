package territory

import "math/rand/v2"

type surname struct{ roman, chinese string }

type syllable struct{ roman, chinese string }

var surnames = []surname{
	{"Chan", "陳"}, {"Wong", "黃"}, {"Wong", "王"}, {"Lee", "李"}, {"Cheung", "張"}, {"Lau", "劉"}, {"Leung", "梁"}, {"Ng", "吳"},
	{"Ng", "伍"}, {"Lam", "林"}, {"Ho", "何"}, {"Yip", "葉"}, {"Cheng", "鄭"}, {"Tang", "鄧"}, {"Kwok", "郭"}, {"Fung", "馮"}, {"Tse", "謝"},
	{"Chow", "周"}, {"Chow", "鄒"}, {"Tsang", "曾"}, {"Yeung", "楊"}, {"Chu", "朱"}, {"Mak", "麥"}, {"Lo", "羅"}, {"Lo", "盧"}, {"Chiu", "趙"},
	{"Kwan", "關"}, {"Siu", "蕭"}, {"Hui", "許"}, {"Poon", "潘"}, {"Au Yeung", "歐陽"}, {"Szeto", "司徒"}, {"Law", "羅"}, {"Tam", "譚"}, {"Yuen", "袁"},
}

var maleSyllables = []syllable{
	{"Tai", "大"}, {"Man", "文"}, {"Chi", "志"}, {"Wai", "偉"}, {"Ming", "明"}, {"Kin", "健"}, {"Keung", "強"}, {"Ho", "浩"}, {"Yin", "然"},
	{"Tsz", "子"}, {"Hin", "軒"}, {"Chun", "俊"}, {"Kit", "傑"}, {"Lok", "樂"}, {"Kwok", "國"}, {"Wah", "華"}, {"Wing", "榮"}, {"Fai", "輝"}, {"Shing", "成"},
}

var femaleSyllables = []syllable{
	{"Mei", "美"}, {"Ling", "玲"}, {"Wai", "慧"}, {"Yin", "賢"}, {"Sze", "詩"}, {"Ka", "嘉"}, {"Yan", "欣"}, {"Wing", "詠"}, {"Lai", "麗"},
	{"Fong", "芳"}, {"Suk", "淑"}, {"Yee", "儀"}, {"Hoi", "海"}, {"Ching", "晴"}, {"Man", "敏"}, {"Po", "寶"}, {"Chu", "珠"}, {"Ying", "瑩"}, {"Kiu", "嬌"},
}

type district struct {
	english, chinese string
	streets          [][2]string
}

var districts = []district{
	{"Central and Western", "中西區", [][2]string{{"Caine Road", "堅道"}, {"Pok Fu Lam Road", "薄扶林道"}}},
	{"Wan Chai", "灣仔", [][2]string{{"Hennessy Road", "軒尼詩道"}, {"Queen's Road East", "皇后大道東"}}},
	{"Eastern", "東區", [][2]string{{"King's Road", "英皇道"}, {"Shau Kei Wan Road", "筲箕灣道"}}},
	{"Southern", "南區", [][2]string{{"Aberdeen Main Road", "香港仔大道"}}},
	{"Yau Tsim Mong", "油尖旺", [][2]string{{"Nathan Road", "彌敦道"}, {"Argyle Street", "亞皆老街"}}},
	{"Sham Shui Po", "深水埗", [][2]string{{"Cheung Sha Wan Road", "長沙灣道"}, {"Tai Po Road", "大埔道"}}},
	{"Kowloon City", "九龍城", [][2]string{{"Prince Edward Road West", "太子道西"}}},
	{"Wong Tai Sin", "黃大仙", [][2]string{{"Lung Cheung Road", "龍翔道"}}},
	{"Kwun Tong", "觀塘", [][2]string{{"Kwun Tong Road", "觀塘道"}, {"Hip Wo Street", "協和街"}}},
	{"Kwai Tsing", "葵青", [][2]string{{"Hing Fong Road", "興芳路"}}},
	{"Tsuen Wan", "荃灣", [][2]string{{"Castle Peak Road", "青山公路"}}},
	{"Tuen Mun", "屯門", [][2]string{{"Tuen Mun Heung Sze Wui Road", "屯門鄉事會路"}}},
	{"Yuen Long", "元朗", [][2]string{{"Castle Peak Road - Yuen Long", "青山公路元朗段"}}},
	{"North", "北區", [][2]string{{"San Fung Avenue", "新豐路"}}},
	{"Tai Po", "大埔", [][2]string{{"On Cheung Road", "安祥路"}}},
	{"Sha Tin", "沙田", [][2]string{{"Tai Chung Kiu Road", "大涌橋路"}}},
	{"Sai Kung", "西貢", [][2]string{{"Po Lam Road North", "寶琳北路"}}},
	{"Islands", "離島", [][2]string{{"Tung Chung Waterfront Road", "東涌海濱路"}}},
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
