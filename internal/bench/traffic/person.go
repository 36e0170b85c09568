package traffic

import (
	"fmt"
	"strings"
)

// Person is a Bundle of somebody with so many records, none of which says anything.
func Person(id string, records int) string {
	var out strings.Builder
	fmt.Fprintf(&out, `{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:%[1]s","resource":{"resourceType":"Patient","id":"%[1]s","name":[{"family":"TRIAL"}],"birthDate":"1960-02-03","gender":"female"}}`, id)
	for n := range records {
		fmt.Fprintf(&out, `,{"resource":{"resourceType":"Condition","id":"%[1]s-%[2]d","subject":{"reference":"Patient/%[1]s"},"code":{"text":"trial"}}}`, id, n)
	}
	return out.String() + "]}"
}
