"""Backups: made in time, not kept too long, restored for practice; what was erased stays erased."""
