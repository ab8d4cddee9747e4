"""The pages: German, and English under /en/. No script, own origin only."""
