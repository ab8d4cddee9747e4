"""Consent over HTTP: the script, choices, withdrawals, receipts, and confirmations by mail."""
