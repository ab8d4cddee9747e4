"""What happens in the pool, whoever asks for it: no page and no form here."""
