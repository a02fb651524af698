"""The page of mails that wait, to be copied and passed on by hand."""
