"""Take requests in a web process: the endpoint itself at once, pages by Flask in threads."""
