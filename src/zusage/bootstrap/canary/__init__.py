"""A synthetic person goes through the service, is erased, and is looked for to the last byte."""
