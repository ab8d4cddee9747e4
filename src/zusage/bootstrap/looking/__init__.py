"""What planning sees of a product."""
