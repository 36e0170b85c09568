package central

import (
	"net/http"

	jsonv2 "github.com/go-json-experiment/json"
)

// input is a Parameters resource as an operation takes it. Members it does not
// know are passed over; a member named twice is refused.
type input struct {
	ResourceType string    `json:"resourceType"`
	Parameter    inputList `json:"parameter"`
}

type inputList []inputParam

type inputParam struct {
	Name              string    `json:"name"`
	ValueString       string    `json:"valueString"`
	ValueCode         string    `json:"valueCode"`
	ValueUUID         string    `json:"valueUuid"`
	ValueInstant      string    `json:"valueInstant"`
	ValueBase64Binary string    `json:"valueBase64Binary"`
	ValueBoolean      bool      `json:"valueBoolean"`
	Part              inputList `json:"part"`
	ValueIdentifier   struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"valueIdentifier"`
}

func (l inputList) get(name string) inputParam {
	for _, p := range l {
		if p.Name == name {
			return p
		}
	}
	return inputParam{}
}

func (s *server) input(w http.ResponseWriter, r *http.Request) (inputList, error) {
	return s.inputUpTo(w, r, 256<<10)
}

// inputUpTo is input with another limit, in bytes.
func (s *server) inputUpTo(w http.ResponseWriter, r *http.Request, limit int64) (inputList, error) {
	body, err := s.body(w, r, limit)
	if err != nil {
		return nil, err
	}
	var in input
	if err := jsonv2.Unmarshal(body, &in); err != nil {
		return nil, malformed("The body is no Parameters resource.")
	}
	if in.ResourceType != "Parameters" {
		return nil, malformed("The body is no Parameters resource.")
	}
	return in.Parameter, nil
}
