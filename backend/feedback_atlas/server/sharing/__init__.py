"""Links: frozen snapshots, passphrases, previews."""
