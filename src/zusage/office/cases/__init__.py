"""Cases over HTTP, for the staff's programs."""
