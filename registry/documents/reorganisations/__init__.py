"""What is said of a reorganisation: the minutes, the picture of who became whom, the words."""
