"""Rows that a rule takes, witnessed: who had received their data is noted before they go, and asked for afterwards (Art. 19 GDPR)."""
