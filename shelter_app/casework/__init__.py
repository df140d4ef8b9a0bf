"""One function for each thing that a person does: it checks the right, validates, and saves in one transaction."""
