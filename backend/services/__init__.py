"""What the product does. Only services write to the database; the caller owns the transaction."""
