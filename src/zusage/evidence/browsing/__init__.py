"""Web sites as a browser sees them: what was seen, compared with what is declared, and judged."""
