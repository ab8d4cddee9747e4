"""Access logs: lines that are masked before they are stored, looked at, and dropped when their time is over."""
