"""The wizard that asks for a new household or business, independent of any terminal."""

from household_graph.onboarding.answers import WizardSetting
from household_graph.onboarding.prompts import NOTHING, Choice, Prompt
from household_graph.onboarding.wizard import Wizard

__all__ = ["NOTHING", "Choice", "Prompt", "Wizard", "WizardSetting"]
