package main

import (
	"strings"
	"testing"
)

func TestAVerificationIsAConsentWithMore(t *testing.T) {
	a := &app{streams: streams{in: strings.NewReader(`{"number":"A123456(3)","channel":"form","term":"indefinite","giver":"patient","form_reference":"RE-1","notice_read":true,"document_sighted":true,
		"method":"document","document_type":"EC","contact":{"phone":"9123 4567","notify":"sms","language":"en"},"contact_confirmed":true}`)}}
	var in verifyInput
	if err := a.readJSON("identity", &in); err != nil {
		t.Fatal(err)
	}
	if in.Number != "A123456(3)" || in.Channel != "form" || in.Giver.Kind != "patient" || !in.DocumentSighted || in.Contact.Phone != "9123 4567" || !in.ContactConfirmed || in.DocumentType != "EC" {
		t.Errorf("%+v", in)
	}
}
