"""Every SELECT. Questions take a scope and a day and return typed rows."""
