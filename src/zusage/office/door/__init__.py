"""The public page on which people ask for what Art. 12 to 22 GDPR give them."""
