"""Rules of the field as plain functions; each names its source."""
