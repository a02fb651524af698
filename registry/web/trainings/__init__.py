"""Training classes and attendance."""
