"""Carries plans out, and no others, so that being killed at any line changes nothing about the end."""
