"""Turn a pile of paper abstracts into a knowledge graph with the sentence behind every edge."""
