package ehrdesk

// Dosage is an R4 Dosage, whole; of a MedicationAdministration, its one dose.
// Numbers are as they were sent.
type Dosage struct {
	Sequence    string
	Text        string
	Additional  []Concept
	Patient     string // patientInstruction
	Timing      Timing
	AsNeeded    bool
	AsNeededFor []Concept
	Site        Concept
	Route       Concept
	Method      Concept
	Doses       []DoseRate
	MaxPeriod   Value // maxDosePerPeriod, a ratio
	MaxOnce     Quantity
	MaxLifetime Quantity
}

// DoseRate is one Dosage.doseAndRate.
type DoseRate struct {
	Type Concept // ordered, calculated
	Dose Value   // a quantity or a range
	Rate Value   // a quantity, a range or a ratio
}

// Timing is an R4 Timing with its repeat. Units are UCUM's: s min h d wk mo a.
type Timing struct {
	Events                              []When
	Bounds                              Value // a duration, a range or a period
	Count, CountMax                     string
	Duration, DurationMax, DurationUnit string
	Frequency, FrequencyMax             string
	Period, PeriodMax, PeriodUnit       string
	Days                                []string // mon tue …
	Times                               []string // 08:00:00
	When                                []string // AC, PCM, HS …
	Offset                              string   // minutes from When
	Code                                Concept  // BID, TID, QOD … or words
}

// IsZero reports whether nothing was sent.
func (t *Timing) IsZero() bool {
	scalars := t.Count + t.CountMax + t.Duration + t.DurationMax + t.DurationUnit + t.Frequency + t.FrequencyMax + t.Period + t.PeriodMax + t.PeriodUnit + t.Offset
	return scalars == "" && len(t.Events)+len(t.Days)+len(t.Times)+len(t.When) == 0 && t.Bounds.IsZero() && t.Code.IsZero()
}
