"""The competency questions: at once the tests, the examples and the front page of a content."""

from samgraf.build.questions.answers import Verdict, ask, judge
from samgraf.build.questions.file import check_queries
from samgraf.build.questions.questions import Question, question_quads, read_questions

__all__ = [
    "Question",
    "Verdict",
    "ask",
    "check_queries",
    "judge",
    "question_quads",
    "read_questions",
]
