"""The front page: what the content found, at a glance, by the views that the content brings."""
