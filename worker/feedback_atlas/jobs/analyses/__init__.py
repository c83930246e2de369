"""One module an analysis kind: the file is named after the kind."""
