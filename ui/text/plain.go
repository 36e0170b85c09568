package text

// Plain is what the desk says where it is read line by line.
type Plain struct {
	Begin, Chosen, Item, Prompt, Secret, SecretFirst, Unknown, NoItem, Ended T
}

func plain() Plain {
	return Plain{
		Begin: T{"ehrdesk, line by line. Commands are names or keys: help lists those of the screen, open 3 opens item 3, again repeats the screen, quit ends. Enter alone goes on.",
			"ehrdesk，逐行模式。指令可以是名稱或按鍵：help 列出此畫面的指令，open 3 開啟第 3 項，again 重讀畫面，quit 離開。只按 Enter 即繼續。",
			"ehrdesk，逐行模式。指令可以是名称或按键：help 列出此画面的指令，open 3 打开第 3 项，again 重读画面，quit 退出。只按 Enter 即继续。"},
		Chosen:      T{"chosen: %s", "已選：%s", "已选：%s"},
		Item:        T{"%d. %s", "%d. %s", "%d. %s"},
		Prompt:      T{"> ", "> ", "> "},
		Secret:      T{"Not shown while you type: ", "輸入時不顯示：", "输入时不显示："},
		SecretFirst: T{"Press Enter alone first. What is secret is asked for then and not shown.", "請先只按 Enter，然後才輸入；輸入時不會顯示。", "请先只按 Enter，然后才输入；输入时不会显示。"},
		Unknown:     T{"Not understood. help lists the commands of this screen.", "不明白。help 列出此畫面的指令。", "不明白。help 列出此画面的指令。"},
		NoItem:      T{"There is no item %d here.", "此處沒有第 %d 項。", "此处没有第 %d 项。"},
		Ended:       T{"ehrdesk has ended.", "ehrdesk 已結束。", "ehrdesk 已结束。"},
	}
}
