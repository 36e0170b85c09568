package text

import "strings"

// OfAllAllergies reports words that deny allergies of every kind and say nothing else: a scope that
// is not one. NKDA is of drugs alone.
func OfAllAllergies(scope string) bool {
	rest := strings.ToLower(scope)
	for _, words := range [...]string{"no known allergies", "no known allergy", "(situation)", "沒有已知過敏", "無已知過敏", "没有已知过敏", "无已知过敏"} {
		rest = strings.ReplaceAll(rest, words, "")
	}
	return scope != "" && strings.Trim(rest, " .·/") == ""
}
