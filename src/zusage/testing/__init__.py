"""The shipped test kit: systems in memory, liars, saboteurs, a conformance suite for connectors."""
