"""The register of erasures: what went, under keyed codes, and for how long an entry is needed."""
