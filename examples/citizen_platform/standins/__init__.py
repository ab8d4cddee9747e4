"""Stand-ins on the loopback: a mail server with a throwaway certificate."""
