"""Maps of representations and of images."""
