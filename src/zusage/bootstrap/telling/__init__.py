"""What became of the steps that recipients are told of, and the telling itself (Art. 19 GDPR)."""
