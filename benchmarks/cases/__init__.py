"""The register of cases with ten thousand in it."""
