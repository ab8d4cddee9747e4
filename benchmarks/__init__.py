"""Measures the product beside what could be written by hand, in the same run. Each prints ratios; none is a test."""
