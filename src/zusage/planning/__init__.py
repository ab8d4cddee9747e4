"""Promises, an inventory and a clock to a plan: pure, and the same for whoever explains it or carries it out."""
