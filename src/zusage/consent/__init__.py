"""Consent: what is asked and in which words, what a choice means and for how long, and how it is proved. Rules without I/O."""
