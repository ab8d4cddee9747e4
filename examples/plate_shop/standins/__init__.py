"""Stand-ins on the loopback for everybody the shop deals with. They record exactly what they receive."""
