"""What went to whom of a person, and the notices to them (Art. 19 GDPR)."""
