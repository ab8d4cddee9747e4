"""Foreign systems behind two ports: a Reader that cannot write, and a Writer that changes the world once."""
