"""A small citizen-science community platform, and the promises of its privacy notice."""
