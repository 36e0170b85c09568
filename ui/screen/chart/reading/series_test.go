package reading_test

import "testing"

func TestASeriesIsALineWithTheNumberThatReportsPointAt(t *testing.T) {
	got := words(of(t, "ImagingStudy", `{"resourceType":"ImagingStudy","id":"x","status":"available","subject":{"reference":"Patient/p"},"series":[
		{"uid":"1.2.3","number":3,"modality":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT","display":"Computed tomography"},"description":"Chest, lung window","bodySite":{"code":"51185008","display":"Chest"},"numberOfInstances":120,"instance":[{"uid":"1.2.3.41","sopClass":{"code":"x"},"number":41}]},
		{"uid":"1.2.4","modality":{"code":"SR"},"extension":[{"url":"http://example.org/withheld","valueBoolean":true}]}],"note":[{"text":"see series 3 image 41"}]}`))
	want := `Series 3 | Computed tomography · Chest, lung window · Chest · Number of instances 120
Series | SR
  withheld | true
Note | see series 3 image 41
`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
