package caps

// words are what a lack comes to, in the three languages of a screen.
type words struct{ en, hant, hans string }

// names are all, in the order of doctor's lines, with what is said where a server cannot.
var names = []struct {
	Name
	english string
	lack    words
}{
	{SearchByPost, "searches by POST", words{"the server takes no search by POST, and a number is never put into an address", "伺服器不接受以 POST 查詢，而號碼絕不會放入網址", "服务器不接受以 POST 查询，而号码绝不会放入网址"}},
	{SearchByGet, "searches by GET", words{}},
	{Strict, "refuses parameters it does not know", words{}},
	{Honest, "does not pass over parameters it does not know", words{}},
	{LastUpdated, "searches by time of change", words{"the server cannot be asked for what has changed: each synchronisation lists all records", "伺服器不能查詢已更改的記錄：每次同步均會列出所有記錄", "服务器不能查询已更改的记录：每次同步均会列出所有记录"}},
	{Elements, "lists ids alone", words{}},
	{IDs, "gives several records by id", words{}},
	{Totals, "counts its lists", words{"the server does not count its lists: more requests show that a copy is whole", "伺服器不提供總數：需多次查詢方可確定副本完整", "服务器不提供总数：需多次查询方可确定副本完整"}},
	{CountAlone, "counts without listing", words{}},
	{Paging, "goes on by next links", words{}},
	{Batch, "answers several searches at once", words{}},
	{History, "has the history of a type", words{}},
	{HistorySince, "has that history since a moment", words{}},
	{Everything, "gives a patient's record as a whole", words{}},
	{EverythingCount, "gives that in pages", words{}},
	{EverythingSince, "gives that since a moment", words{}},
	{UpdateCreate, "stores under an id of the desk's", words{}},
	{CondCreate, "stores unless it has it already", words{}},
	{Consents, "takes consents with their proof", words{"the server takes no consents: capture them at the sharing platform itself", "伺服器不接受同意記錄：請在互通平台辦理", "服务器不接受同意记录：请在互通平台办理"}},
	{Audit, "takes access events", words{"the server takes no access events: this desk's own log has them", "伺服器不接受取閱記錄：由本機的取閱記錄保存", "服务器不接受取阅记录：由本机的取阅记录保存"}},
}

// Lack is what it comes to that a server cannot do something, by language ("en",
// "zh-Hant", "zh-Hans"); nil where it can, where nobody knows, and where the user is
// left nothing to miss.
func (c Caps) Lack(n Name) map[string]string {
	if c.Is(n) != No {
		return nil
	}
	for _, k := range names {
		if k.Name == n && k.lack.en != "" {
			return map[string]string{"en": k.lack.en, "zh-Hant": k.lack.hant, "zh-Hans": k.lack.hans}
		}
	}
	return nil
}
