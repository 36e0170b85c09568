package text

import "github.com/ehrdesk/ehrdesk"

// Handout is about copies of what is shown, given to another program.
type Handout struct {
	Ways                                                                                                  map[ehrdesk.Handout]T // not allowed by policy
	Obstacles                                                                                             map[ehrdesk.Obstacle]T
	NoPrinter, NoDocument, Unopened, Restricted, TooLong, Opened, OneOf, Copied, Printed, Watermark, Tail T
}

func handouts() Handout {
	return Handout{
		Ways: map[ehrdesk.Handout]T{
			ehrdesk.HandoutView:  {"viewers are not allowed by your provider's policy", "所屬機構的政策不容許以其他程式開啟文件", "所属机构的政策不容许以其他程序打开文件"},
			ehrdesk.HandoutCopy:  {"copying is not allowed by your provider's policy", "所屬機構的政策不容許複製為文字", "所属机构的政策不容许复制为文字"},
			ehrdesk.HandoutPrint: {"printing is not allowed by your provider's policy", "所屬機構的政策不容許列印", "所属机构的政策不容许打印"},
		},
		Obstacles: map[ehrdesk.Obstacle]T{
			ehrdesk.NoProgram: {"no viewer for this type is configured on this desk", "此工作站沒有設定開啟此類文件的程式", "此工作站没有设定打开此类文件的程序"},
			ehrdesk.NoDisplay: {"no display: a viewer needs a window", "沒有圖形顯示，不能開啟視窗", "没有图形显示，不能打开窗口"},
			ehrdesk.OverSSH:   {"over SSH the window would open elsewhere", "經 SSH 連線時，視窗會在別處開啟", "经 SSH 连接时，窗口会在别处打开"},
			ehrdesk.NotHere:   {"without a file, documents go to a viewer on Linux alone", "不經檔案開啟文件只可在 Linux 進行", "不经文件打开文档只可在 Linux 进行"},
			ehrdesk.NoLink:    {"its address is not among those that this desk opens", "該位址不在此工作站可開啟之列", "该地址不在此工作站可打开之列"},
		},
		NoPrinter:  T{"no printer is configured on this desk", "此工作站沒有設定印表機", "此工作站没有设定打印机"},
		NoDocument: T{"this record holds no document that a viewer shows", "此紀錄沒有可用其他程式開啟的文件", "此记录没有可用其他程序打开的文件"},
		Unopened:   T{"open the record first (Enter)", "請先開啟紀錄（Enter）", "请先打开记录（Enter）"},
		Restricted: T{"restricted records are not handed out", "受限制紀錄不可複製或列印", "受限制记录不可复制或打印"},
		TooLong:    T{"too long for the clipboard", "內容太長，不能複製", "内容太长，不能复制"},
		Opened:     T{"opened in a viewer, and written in the access log", "已用其他程式開啟，並已記入取覽記錄", "已用其他程序打开，并已记入取览记录"},
		OneOf:      T{"document %s of %s", "文件 %s／%s", "文档 %s／%s"},
		Copied:     T{"copied as text for a minute, and written in the access log", "已複製為文字（保留一分鐘），並已記入取覽記錄", "已复制为文字（保留一分钟），并已记入取览记录"},
		Printed:    T{"sent to the printer, and written in the access log", "已送往印表機，並已記入取覽記錄", "已送往打印机，并已记入取览记录"},
		Watermark:  T{"Copy of a shared record, eHealth – taken by %s, %s, %s", "醫健通互通紀錄副本 – 由%s（%s）於 %s 取得", "医健通互通记录副本 – 由%s（%s）于 %s 取得"},
		Tail:       T{"HKIC ending …%s", "身份證號碼尾數 …%s", "身份证号码尾数 …%s"},
	}
}
