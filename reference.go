package ehrdesk

import "strings"

// ShortReference is a consent's reference as it is read out on the telephone: the first twelve
// digits of an id that is a UUID, in fours, "SC-3F2A-91BC-77D0". It is made from the id, so that
// whoever has the one finds the other. An id of another kind is its own reference.
func ShortReference(id string) string { return shortened("SC-", id) }

// ShortWithdrawal is the same of the withdrawal of a consent, "SW-3F2A-91BC-77D0".
func ShortWithdrawal(id string) string { return shortened("SW-", id) }

func shortened(prefix, id string) string {
	digits := strings.ToUpper(strings.ReplaceAll(id, "-", ""))
	if len(id) != 36 || len(digits) != 32 || strings.Trim(digits, "0123456789ABCDEF") != "" {
		return id
	}
	return prefix + digits[:4] + "-" + digits[4:8] + "-" + digits[8:12]
}
