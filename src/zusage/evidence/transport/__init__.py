"""Encrypted transport: what handshakes showed, compared with what is declared, and judged."""
