"""How connections to a server are encrypted: versions, certificate, what plain HTTP answers, STARTTLS."""
