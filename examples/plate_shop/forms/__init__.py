"""The forms of the shop: what is asked, why it must be asked, and the one rule that marks and checks it."""
