"""Training of the extractor's models: ``kg train``; needs the extra ``train``."""
