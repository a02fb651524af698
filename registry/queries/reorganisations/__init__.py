"""Questions about reorganisations: what a batch meets, does, reaches and became."""
