"""The manifest as text and as values. Pure: this room knows no system and does no I/O but reading the manifest's own files."""
