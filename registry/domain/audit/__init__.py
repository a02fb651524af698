"""Rules of the audit: its chain, its heads kept outside, and what its deeds are called."""
