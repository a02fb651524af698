"""One-line makers of test data.

They write facts directly and flush; dates default to the whole of June 2024 on.
"""
