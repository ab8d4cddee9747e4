"""Shows: looks through Readers, judges, seals. Never imports what does."""
