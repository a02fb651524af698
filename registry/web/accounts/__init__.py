"""Signing in and out, passwords, and the administrator's list of accounts."""
