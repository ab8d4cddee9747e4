"""What planning and proving see of a product, and where it is sealed."""
