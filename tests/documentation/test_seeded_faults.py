"""The seeded faults still fit the code, and there is one for each guarantee."""

import pytest

from tests.mutants.fault_runs import ROOT, Fault, fits
from tests.mutants.seeded_faults import FAULTS

GUARANTEES = {f"G{number}" for number in range(1, 26)}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_replaces_stands_in_its_file_exactly_once(fault: Fault) -> None:
    assert fits(fault)
    assert fault.new not in {fault.old, ""} or fault.old.strip()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_tests_that_should_notice_it_are_there(fault: Fault) -> None:
    assert fault.tests
    assert [test for test in fault.tests if not (ROOT / test.partition("::")[0]).exists()] == []


def test_each_guarantee_is_broken_by_one_of_them() -> None:
    broken = {row for fault in FAULTS for row in fault.rows.split()}
    assert sorted(GUARANTEES - broken) == []


def test_there_are_many_and_no_two_are_called_alike() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 25
