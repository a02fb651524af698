"""Memberships: opened, corrected, changed from a day, ended, moved to another unit."""
