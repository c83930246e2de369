"""Methods paragraphs with their citations."""
