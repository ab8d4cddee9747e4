"""What a person may demand (Art. 15 to 22 GDPR), on the real systems."""
