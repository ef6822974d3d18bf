"""The questions that the content asks of itself: at ``/questions``, with a page for each."""

from samgraf.web.questions.pages import bp, init_app
from samgraf.web.questions.read import Question, by_topic, read_questions

__all__ = ["Question", "bp", "by_topic", "init_app", "read_questions"]
