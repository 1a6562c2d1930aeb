"""The policies of a cohort are those of the engine, which knows no models."""

from matching.engine.assignment import Policy
from mentorship.models import Cohort


def test_a_cohort_offers_the_policies_of_the_engine():
    assert Cohort.Policy.values == [str(policy) for policy in Policy]
