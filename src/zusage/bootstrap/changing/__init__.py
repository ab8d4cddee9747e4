"""Being the only one that changes: Writers for the systems, after what a killed run left was cleared up."""
