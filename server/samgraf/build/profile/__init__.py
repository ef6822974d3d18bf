"""Check that an ontology keeps within OWL 2 RL, so that the rules see all that it says.

https://www.w3.org/TR/owl2-profiles/#OWL_2_RL
"""

from samgraf.build.profile.check import EXTRA_DATATYPES, Violation, profile_violations

__all__ = ["EXTRA_DATATYPES", "Violation", "profile_violations"]
