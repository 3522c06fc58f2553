"""What movers find: leads at the moments at which it matters who comes first, and their facts."""

from functions.leads.team import Member, Team
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.instants import DAY_MS
from tests.builders import MONDAY, form_submitted, page_viewed
from tests.interleavings.meeting import Start, minutes

SELLING = Team((
    Member("pola@example.com", owns={"country": frozenset({"pl"})}),
    Member("kasia@example.com"),
    Member("piotr@example.com"),
))  # fmt: skip
NEW = Start("new")
NEW_TO_A_TEAM = Start("new to a team", team=SELLING)
WARM = Start("warm", (form_submitted(),))
PENDING = Start("alert waits", (form_submitted(), page_viewed()), later=LEASE_MS, pending=True)
PENALTY_OVER = Start(
    "penalty over",
    (page_viewed("/careers", id="careers"), form_submitted(), page_viewed()),
    later=DAY_MS,
)
COOLED = Start("cooled", (form_submitted(), page_viewed()), later=40 * DAY_MS)

PAGE = page_viewed(id="a", at=minutes(1))
OTHER_PAGE = page_viewed("/pricing/plans", id="b", at=MONDAY)
WEBINAR = page_viewed("/webinar", id="w", at=minutes(1))
LATE_PAGE = page_viewed(id="late", at=MONDAY + 40 * DAY_MS)
LATER_PAGE = page_viewed(id="later", at=MONDAY + DAY_MS)
UNSUBSCRIBED = page_viewed(kind="email_unsubscribed", id="u", at=minutes(1), properties={})
ABOUT = page_viewed("/about", id="about", at=minutes(1))
FORM = form_submitted(at=minutes(1))
POLISH_FORM = form_submitted(id="pl", at=minutes(2), answers={"job_title": "CEO", "country": "PL"})
OTHER_FORM = form_submitted(at=minutes(2), answers={"job_title": "Intern"})
