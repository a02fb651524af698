"""The page on which an administrator looks things up in the audit."""
