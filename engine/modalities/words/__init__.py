"""Opening texts: encodings, markup, pages, caption tables, passages."""
