"""Payers with habits: past receipts to learn from, and later ones to check the likely dates."""

import random
from datetime import timedelta


class Payers:
    """Generated clients who pay by habit.

    A third pays on the planned date, a third some days late, the rest weeks late; each payment varies around the habit
    of its payer, and one in twenty is forgotten for another month.
    """

    def __init__(self, count=40, seed=7):
        self.random = random.Random(seed)
        self.habits = [self._make_habit(number) for number in range(count)]

    def _make_habit(self, number):
        middle = (0, self.random.randint(4, 14), self.random.randint(18, 45))[number % 3]
        return middle, 2 + middle / 4

    def get_slip(self, number):
        """Return by how many days the payer is late this time."""
        middle, spread = self.habits[number]
        forgotten = 30 if self.random.random() < 0.05 else 0
        return round(self.random.gauss(middle, spread)) + forgotten

    def make_receipts(self, first_day, days, per_payer):
        """Return ``(payer, planned date, payment date)`` of generated receipts."""
        return [
            (number, planned, planned + timedelta(days=self.get_slip(number)))
            for number in range(len(self.habits))
            for planned in (first_day + timedelta(days=self.random.randrange(days)) for _turn in range(per_payer))
        ]


def mean_absolute_error(pairs):
    """Return the mean absolute difference of pairs of dates, in days."""
    distances = [abs((expected - actual).days) for expected, actual in pairs]
    return sum(distances) / len(distances)
