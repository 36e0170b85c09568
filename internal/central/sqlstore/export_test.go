package sqlstore

// SchemaVersion is that of a store as this program leaves it.
const SchemaVersion = schemaVersion

// Schema is a step by the name of its file.
func Schema(name string) string {
	return map[string]string{"schema.sql": schema, "schema-cards.sql": schemaCards, "schema-desks.sql": schemaDesks, "schema-offer.sql": schemaOffer,
		"schema-restricted.sql": schemaRestricted, "schema-events.sql": schemaEvents}[name]
}
