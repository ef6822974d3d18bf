"""What the content asks: of itself at ``/questions``, with partners at ``/federated``."""

from samgraf.site.questions.pages import bp, init_app
from samgraf.site.questions.read import QuestionEntry, by_topic, read_examples, read_questions

__all__ = ["QuestionEntry", "bp", "by_topic", "init_app", "read_examples", "read_questions"]
