"""Work that processes share: the same results in the same order, and no more taken than they can do."""

import os
from itertools import count

import pytest

from scripts.conversion.workers import Workers


def square(number):
    """Return a square and the process that made it."""
    if number < 0:
        raise ValueError("a negative number")
    return number * number, os.getpid()


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order_whatever_the_number_of_processes(processes):
    with Workers(processes) as workers:
        found = list(workers.map(square, ((number,) for number in range(9))))
    assert [result for result, _ in found] == [number * number for number in range(9)]
    assert (os.getpid() in {process for _, process in found}) == (processes == 1)


def test_single_call_is_made_here_and_none_is_no_error():
    with Workers(2) as workers:
        assert list(workers.map(square, [(3,)])) == [(9, os.getpid())]
        assert list(workers.map(square, [])) == []


def test_stream_without_end_is_taken_bit_by_bit():
    calls = count()
    with Workers(2) as workers:
        found = workers.map(square, ((number,) for number in calls))
        assert [next(found)[0] for _ in range(3)] == [0, 1, 4]
    assert next(calls) <= 6


@pytest.mark.parametrize("processes", [1, 2])
def test_fault_in_a_call_comes_out_in_its_place(processes):
    with Workers(processes) as workers:
        found = workers.map(square, [(1,), (-1,), (2,), (3,)])
        assert next(found)[0] == 1
        with pytest.raises(ValueError, match="a negative number"):
            next(found)
