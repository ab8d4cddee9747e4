"""Looking at the records of consent: by the prover's own reading of the chain, without the part that writes it."""
