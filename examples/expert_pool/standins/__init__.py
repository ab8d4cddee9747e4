"""Stand-ins on the loopback for everybody the pool deals with. They record exactly what they receive."""
