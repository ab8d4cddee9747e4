"""Who received something of a person, and the notices that are written down for them (Art. 19 GDPR)."""
