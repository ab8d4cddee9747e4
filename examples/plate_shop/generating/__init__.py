"""Invented years of business, for a shop that has to be looked at before anybody ordered anything."""
