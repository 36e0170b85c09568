package arrivals

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk"
)

// headings are the words that programs put above a column, in either script, without
// spaces and punctuation. Of two columns for one thing the one counts whose heading
// stands earlier here.
var headings = []struct {
	as    Role
	words string
}{
	{AsNumber, "hkic hkicno hkicnumber hkid hkidno hkidnumber hkidcardno hkidcardnumber hkidorpassport 香港身份證 香港身份證號碼 香港身份证 香港身份证号码 香港身份證號 身份證 身份證號碼 身份證號 身分證 身分證號碼 身分證字號 身分證號 身份证 身份证号码 身份证号 identitycard identitycardno identitycardnumber idcard idcardno idcardnumber patienthkid patienthkic"},
	{AsNumber, "identitydocument identitydocumentno documentno documentnumber idnumber idno identityno nationalid 身份證明文件 身份證明文件號碼 證件號碼 證件號 证件号码 证件号"},
	{AsNumber, "number 號碼 号码"},
	{AsEHR, "ehrno ehrnumber ehr ehrid ehealthno ehealthnumber 醫健通號碼 医健通号码 電子健康紀錄號碼 电子健康记录号码"},
	{AsCheck, "checkdigit 校驗碼 校验码 檢查碼 括號內數字"},
	{AsTime, "appointmentdatetime apptdatetime appointmentdateandtime appointmenttime appttime bookingtime 預約日期時間 預約日期及時間 預約時間 約診時間 預約時段 预约日期时间 预约时间 预约时段"},
	{AsTime, "startdatetime starttime 開始時間 开始时间 應診時間 看診時間 就診時間 到診時間 求診時間 就诊时间 看诊时间 门诊时间 門診時間"},
	{AsTime, "time datetime dateandtime timeslot slot start starts 時間 日期時間 日期及時間 時段 時間段 时间 日期时间 时段 时间段 開始 开始"},
	{AsDate, "appointmentdate apptdate 預約日期 約診日期 預約日 预约日期 预约日"},
	{AsDate, "startdate 開始日期 开始日期 應診日期 看診日期 就診日期 到診日期 求診日期 就诊日期 看诊日期 门诊日期 門診日期 dateofappointment dateofvisit visitdate"},
	{AsDate, "date day 日期 日子"},
	{AsEnd, "endtime enddatetime end ends finish 結束時間 結束 结束时间 结束 完結時間"},
	{AsBooking, "appointmentid apptid appointmentno apptno appointmentnumber bookingid bookingno bookingnumber bookingref bookingreference 預約編號 預約號碼 預約號 預約單號 預約序號 掛號序號 预约编号 预约号 预约号码 预约单号 挂号单号 挂号序号 uid eventid"},
	{AsChinese, "chinesename namechinese nameinchinese 中文姓名 姓名中文 中文名"},
	{AsName, "patientname nameofpatient englishname nameenglish nameinenglish 病人姓名 患者姓名 病患姓名 求診者姓名 英文姓名 姓名英文"},
	{AsName, "name fullname patient 姓名 病人 患者"},
	{AsFamily, "surname familyname lastname patientsurname patientlastname 英文姓氏 姓氏 姓"},
	{AsGiven, "givenname givennames firstname forename patientfirstname 英文名字 名字 名"},
	{AsStatus, "appointmentstatus apptstatus bookingstatus 預約狀態 预约状态 預約狀況"},
	{AsStatus, "status attendance 狀態 狀況 状态 出席"},
	{AsText, "subject summary 主旨 主題 主题 description 描述 notes 備註 备注"},
}

type meant struct {
	as   Role
	rank int
}

// lexicon makes one map of the headings.
func lexicon() map[string]meant {
	out := map[string]meant{}
	for rank, h := range headings {
		for _, w := range strings.Fields(h.words) {
			out[w] = meant{h.as, rank}
		}
	}
	return out
}

var (
	inBrackets = regexp.MustCompile(`[(\[][^)\]]*[)\]]`)
	orderHints = []struct {
		re    *regexp.Regexp
		order Order
	}{
		{regexp.MustCompile(`\by{2,4}[-/. ]?m{1,2}[-/. ]?d{1,2}\b|年[-/. ]月[-/. ]日`), YearFirst},
		{regexp.MustCompile(`\bd{1,2}[-/. ]?m{1,3}[-/. ]?y{2,4}\b|日[-/. ]月[-/. ]年`), DayFirst},
		{regexp.MustCompile(`\bm{1,2}[-/. ]?d{1,2}[-/. ]?y{2,4}\b|月[-/. ]日[-/. ]年`), MonthFirst},
	}
)

// headingOf says what a heading means: as a whole, without what stands in brackets, or
// as two languages that say the same.
func headingOf(words map[string]meant, cell string) (m meant, ok bool) {
	if len(cell) > longest {
		return meant{}, false
	}
	s := strings.ToLower(norm.NFKC.String(cell))
	for _, t := range []string{s, inBrackets.ReplaceAllString(s, "")} {
		if m, ok = words[bare(t, nil)]; ok {
			return m, true
		}
		latin, han := bare(t, func(r rune) bool { return !unicode.Is(unicode.Han, r) }), bare(t, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		a, inLatin := words[latin]
		b, inHan := words[han]
		if inLatin && inHan && a.as == b.as {
			return meant{a.as, min(a.rank, b.rank)}, true
		}
	}
	return meant{}, false
}

// bare is the letters and digits of a text that are wanted.
func bare(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || want != nil && !want(r) {
			return -1
		}
		return r
	}, s)
}

// orderIn is the order of a date that a heading states, "Date (dd/mm/yyyy)".
func orderIn(heading string) Order {
	s := strings.ToLower(norm.NFKC.String(heading))
	for _, h := range orderHints {
		if h.re.MatchString(s) {
			return h.order
		}
	}
	return ""
}

// layout is what the columns of a table are taken for.
type layout struct {
	at    map[Role][]int // from 0
	order Order          // that a heading states
	names []string       // the headings
}

// has reports a column for something.
func (l *layout) has(as Role) bool { return l != nil && len(l.at[as]) > 0 }

// of are a record's cells for something.
func (l *layout) of(as Role, cells []string) (out []string) {
	for _, i := range l.at[as] {
		if i < len(cells) {
			if s := strings.TrimSpace(cells[i]); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// one is the first of them.
func (l *layout) one(as Role, cells []string) string {
	if all := l.of(as, cells); len(all) > 0 {
		return all[0]
	}
	return ""
}

// layoutOf is what a line of headings says, nil where it is none: a single heading is
// one only where it is of a number.
func layoutOf(words map[string]meant, cells []string) *layout {
	l := &layout{at: map[Role][]int{}}
	best := map[Role]int{}
	known := 0
	for i, cell := range cells {
		l.names = append(l.names, ehrdesk.CleanLine(short(cell)))
		m, ok := headingOf(words, cell)
		if !ok {
			continue
		}
		known++
		switch had, have := best[m.as]; {
		case !have || m.rank < had:
			best[m.as], l.at[m.as] = m.rank, []int{i}
		case m.rank == had && (m.as == AsNumber || m.as == AsText):
			l.at[m.as] = append(l.at[m.as], i)
		}
		if m.as == AsDate || m.as == AsTime {
			if o := orderIn(cell); o != "" {
				l.order = o
			}
		}
	}
	if l.has(AsNumber) || l.has(AsEHR) {
		delete(l.at, AsText)
	}
	if known >= 2 || l.has(AsNumber) || l.has(AsEHR) {
		return l
	}
	return nil
}

// columns are the layout as it is shown.
func (l *layout) columns() (out []Column) {
	by := make([]Role, len(l.names))
	for as, at := range l.at {
		for _, i := range at {
			by[i] = as
		}
	}
	for i, as := range by {
		if as != "" {
			out = append(out, Column{At: i + 1, Heading: l.names[i], As: as, By: ByHeading})
		}
	}
	return out
}

// short is as much of a cell as is shown.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
