"""Which right of a person applies, what it does and by when: rules without any system (Art. 12 to 22 GDPR)."""
