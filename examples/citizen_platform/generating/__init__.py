"""Invented members, contributions, mails and visits."""
