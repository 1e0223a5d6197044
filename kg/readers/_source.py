"""A source of records: a file or standard input, decompressed, as bytes or as text lines."""
