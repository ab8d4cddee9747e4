"""Versions of the texts that orders and consents are stamped with."""

TERMS = "2025-01"
CARRIER_CONSENT = "2026-11"
COMPARISON_CONSENT = "2026-11"

INVOICE_STATUTE = "§ 147 Abs. 1 Nr. 4, Abs. 3 AO; § 14b UStG"
LETTER_STATUTE = "§ 257 Abs. 1 Nr. 3, Abs. 4 HGB"
