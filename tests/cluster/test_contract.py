"""The contract of every runner, held against the cluster: the tests are those of tests/campaign."""

from tests.campaign.test_runner_contract import *  # noqa: F403
