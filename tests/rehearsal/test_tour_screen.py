"""What a terminal is told when a tour is over."""

from dataclasses import replace

from bot.rehearsal.tour.report import Step, TourReport
from bot.rehearsal.tour.screen import closing

REPORT = TourReport(
    people=2003,
    joined=1900,
    questions=190,
    left=38,
    audience=1667,
    counts={"sent": 1615, "blocked": 32, "skipped": 20, "failed": 0, "cancelled": 0, "unknown": 0},
    told_to_wait=5,
    seconds=71.25,
    steps=(
        Step(name="team", says="Dana claimed the bot", figures={"people": 3}),
        Step(name="recalled", says="Recalled: 1,615", figures={"gone": 1615}),
    ),
)


def test_each_step_is_a_line() -> None:
    """The steps stand in the order in which they were done, then the sums, then that they match."""
    assert closing(REPORT) == [
        "Dana claimed the bot",
        "Recalled: 1,615",
        "2,003 people: 1,900 joined, 190 asked, 38 left",
        "The alert went to 1,667: sent 1,615 · blocked 32 · skipped 20",
        "Telegram asked to wait 5 times; it took 71.2 s in all",
        "✓ Everybody who wanted it got it, nobody got it twice, and every sum matches",
    ]


def test_each_problem_is_a_line() -> None:
    """Where something does not match, that is said in the place of the last line; programs are told, too."""
    broken = replace(
        REPORT, problems=("Skipped without a reason: 1.", "Made while Telegram had asked to wait: 3.")
    )
    assert closing(broken)[-2:] == [f"✗ {problem}" for problem in broken.problems]
    assert not broken.as_dict()["ok"]
    assert broken.as_dict()["steps"][0] == {
        "name": "team",
        "says": "Dana claimed the bot",
        "figures": {"people": 3},
    }
