package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// routes are the ways a drug is given, by the codes of SNOMED CT and of EDQM and by the
// English words that senders write. In English a route stays as its sender wrote it.
func routes() Codes {
	return codes(`
		26643006 | oral | 口服
		20053000 | oral | 口服
		oral | oral | 口服
		oral use | oral | 口服
		oral route | oral | 口服
		by mouth | by mouth | 口服
		po | oral | 口服
		34206005 | subcutaneous | 皮下注射
		20066000 | subcutaneous | 皮下注射
		subcutaneous | subcutaneous | 皮下注射
		subcutaneous use | subcutaneous | 皮下注射
		subcutaneous route | subcutaneous | 皮下注射
		47625008 | intravenous | 靜脈注射 | 静脉注射
		20045000 | intravenous | 靜脈注射 | 静脉注射
		intravenous | intravenous | 靜脈注射 | 静脉注射
		intravenous use | intravenous | 靜脈注射 | 静脉注射
		intravenous route | intravenous | 靜脈注射 | 静脉注射
		78421000 | intramuscular | 肌肉注射
		20035000 | intramuscular | 肌肉注射
		intramuscular | intramuscular | 肌肉注射
		intramuscular use | intramuscular | 肌肉注射
		intramuscular route | intramuscular | 肌肉注射
		372464004 | intradermal | 皮內注射 | 皮内注射
		intradermal | intradermal | 皮內注射 | 皮内注射
		447694001 | inhaled | 吸入
		20020000 | inhaled | 吸入
		inhaled | inhaled | 吸入
		inhalation | inhalation | 吸入
		inhalation use | inhaled | 吸入
		nebulised | nebulised | 霧化吸入 | 雾化吸入
		6064005 | topical | 外用
		topical | topical | 外用
		cutaneous use | topical | 外用
		45890007 | transdermal | 經皮 | 经皮
		transdermal | transdermal | 經皮 | 经皮
		transdermal use | transdermal | 經皮 | 经皮
		37161004 | rectal | 直腸 | 直肠
		rectal | rectal | 直腸 | 直肠
		rectal use | rectal | 直腸 | 直肠
		16857009 | vaginal | 陰道 | 阴道
		vaginal | vaginal | 陰道 | 阴道
		vaginal use | vaginal | 陰道 | 阴道
		46713006 | nasal | 鼻用
		nasal | nasal | 鼻用
		nasal use | nasal | 鼻用
		54485002 | eye | 滴眼
		ocular use | eye | 滴眼
		ophthalmic | ophthalmic | 滴眼
		eye | eye | 滴眼
		10547007 | ear | 滴耳
		ear | ear | 滴耳
		auricular use | ear | 滴耳
		37839007 | sublingual | 舌下
		sublingual | sublingual | 舌下
		sublingual use | sublingual | 舌下
		buccal | buccal | 頰黏膜 | 颊黏膜
	`)
}

// route is how a drug is given: as its sender wrote it, and in Chinese our word for it
// where the table has it.
func (w Words) route(k ehrdesk.Concept) string {
	words := k.Words()
	if w.lang == English {
		return words
	}
	for _, c := range k.Codings {
		if t, ok := w.c.Facts.Routes[strings.ToLower(c.Code)]; ok {
			return w.t(t)
		}
	}
	if t, ok := w.c.Facts.Routes[strings.ToLower(words)]; ok {
		return w.t(t)
	}
	return words
}

// titles are the titles of address. Dr is a doctor of medicine or of anything else, and
// stays.
func titles() Codes {
	return codes(`
		mr | Mr | 先生
		mrs | Mrs | 太太
		ms | Ms | 女士
		miss | Miss | 小姐
		madam | Madam | 女士
		prof | Prof | 教授
		professor | Professor | 教授
		sister | Sister | 修女
		rev | Rev | 牧師 | 牧师
	`)
}
