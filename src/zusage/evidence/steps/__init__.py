"""The steps of cases: sealed one by one as they are taken, and compared with the register at each look."""
