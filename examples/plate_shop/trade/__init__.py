"""The business: placing, paying, dispatching and closing orders. Knows no web page."""
