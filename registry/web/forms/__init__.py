"""Forms of every page: fields, widgets, messages, how they are shown and sent once."""
