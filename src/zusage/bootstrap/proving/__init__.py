"""What the prover is given to look at, and where what it saw is sealed."""
