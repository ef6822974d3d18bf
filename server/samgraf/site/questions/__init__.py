"""What the content asks: of itself at ``/questions``, with partners at ``/federated``."""

from samgraf.site.questions.pages import bp, init_app
from samgraf.site.questions.read import Question, by_topic, read_examples, read_questions

__all__ = ["Question", "bp", "by_topic", "init_app", "read_examples", "read_questions"]
