"""The competency questions: at once the tests, the examples and the front page of a content."""

from samgraf.questions.answer import Verdict, ask, judge
from samgraf.questions.publish import question_quads
from samgraf.questions.read import Question, read_questions
from samgraf.questions.topics import check_topics

__all__ = [
    "Question",
    "Verdict",
    "ask",
    "check_topics",
    "judge",
    "question_quads",
    "read_questions",
]
