"""Printing, revoking and publicly checking member cards."""
