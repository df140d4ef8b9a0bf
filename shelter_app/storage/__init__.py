"""All SQL: the store, its schema and migrations, queries, the people index, the journal, backups."""
