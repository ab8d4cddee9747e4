"""The licence-plate shop of the invented Musterschild GmbH: a reference service that Zusage watches."""
