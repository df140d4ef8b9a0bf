"""What a case is: entries, forms, code lists, partial dates, names and rules, as plain functions without side effects."""
