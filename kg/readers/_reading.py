"""Find the format of a source, read it, and pass on what is good."""
