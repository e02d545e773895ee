"""The questions by which a household or business is onboarded, apart from any terminal."""

from household_graph.onboarding.household import Setting
from household_graph.onboarding.interview import Interview
from household_graph.onboarding.question import NOTHING, Choice, Question

__all__ = ["NOTHING", "Choice", "Interview", "Question", "Setting"]
