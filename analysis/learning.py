"""Learns from past leads: what won ones share, and a model of few rules with whole points.

The model is learned twice: on the earlier leads, to be measured on the later ones it has not seen,
and on all of them, to be proposed. What is told of its quality is what the later ones say. Bands
are set where the team wants them, on the scores the product's own rule book gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.band_wins import BandWins, band_wins
from analysis.bands import BandWish, Bounds, Reach, Sums, bounds_for
from analysis.candidates import ENGAGEMENT, FIT, NOT_ANSWERED, Candidate, Trait, candidates_of
from analysis.declaring import Declared
from analysis.example_leads import Example
from analysis.leak_check import Ended, Suspicion, suspicions
from analysis.lifetimes import Lifetime, lifetimes_of
from analysis.lift import Z_99, Lift
from analysis.made_up_instants import tell_an_order_only
from analysis.past_leads import ALL_COUNTED, Uncounted
from analysis.points import points_of
from analysis.proposal import ProposedRule, named, proposal_text, proposed_document
from analysis.ranking import Ranking, auc, auc_interval, chances_from, ranking_of
from functions.scoring.answers import EMAIL
from functions.scoring.facts import FORM_SUBMITTED
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_document
from modelling.draft import Draft
from modelling.reading import Reading

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

STEPS = 4  # what all leads show, what the earlier ones show, and a model of either
LEARNED_SHARE = 0.7  # of leads, the earlier ones; the later ones measure
WON_ENOUGH = 100  # below, only what differs for sure is proposed
WON_LEAST = 20  # below, nothing is: the surest lift there is may be chance
UNBOUND = Bounds(hot_above=0, cold_below=0, cap=100_000, floor=-100_000)
KNOWN_SHARE = 0.99  # of leads answered a question: as good as all
THIRDS = 3  # learned from two, looked at in the other
CHANCE = 0.5  # the AUC of lots
NOTHING_TELLS = "nothing that was answered or done tells won leads from the others"
NOBODY_HOT = (
    "with hot above what a stranger has, and above what one half gives alone (R51), none of these "
    "leads would be hot"
)
NOT_BY_LEADS = ("email_sent", "email_delivered", "email_delayed", "email_rejected")  # ours


@dataclass(frozen=True, slots=True)
class Wish:
    """What the team asks for: caps in points, bands, at most so many rules, the best customers
    only, and fields to learn from although they look filled in after the outcome.
    """

    bands: BandWish = field(default_factory=BandWish)
    cap: int = 50
    rules_max: int = 40
    best: bool = False
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shared:
    """A trait and how much more often won leads have it."""

    trait: Trait
    lift: Lift


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A rule of the proposal with what it rests on."""

    name: str
    trait: Trait
    points: int
    lift: Lift


@dataclass(frozen=True, slots=True)
class Proposal:
    """A model: its rules, its bounds, its document and text, the scores it gives examples, and how
    the bands of those it was learned from ended. `is_one_half` where one half only gives
    points.
    """

    rules: tuple[LearnedRule, ...]
    bounds: Bounds
    document: Mapping[str, Any]
    text: str
    scores: Floats
    wins: BandWins
    is_one_half: bool


@dataclass(frozen=True, slots=True)
class Area:
    """An AUC with its 95 % interval."""

    auc: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned. `measured` and `later` are what a model of the earlier leads did on the
    later ones, `crosswise` what models of two thirds did on the others, where those are not sure;
    without a proposal `refusal` says why there is none.
    """

    leads: int
    won: int
    shared: tuple[Shared, ...]
    leaking: tuple[Suspicion, ...]
    lifetimes: Mapping[str, Lifetime]
    know_times: bool
    wanted_best: bool = False
    least_amount: float | None = None
    proposal: Proposal | None = None
    measured: Ranking | None = None
    later: BandWins | None = None
    crosswise: Area | None = None
    bands: BandWish = field(default_factory=BandWish)
    refusal: str = ""
    uncounted: Uncounted = ALL_COUNTED


def learn(
    examples: Sequence[Example],
    *,
    base: Mapping[str, Any],
    model: Mapping[str, Any],
    declared: Declared,
    wish: Wish,
    advance: Callable[[int], None] = lambda _: None,
) -> Learned:
    """Learn from examples in the order they began. `base` is the document of the team's model,
    `model` the same compiled, which `declared` extends; `advance` is told of each of `STEPS`.
    """
    return _Learning(examples, base, model, declared, wish, advance).learned()


@dataclass(slots=True)
class _Learning:
    examples: Sequence[Example]
    base: Mapping[str, Any]
    model: Mapping[str, Any]
    declared: Declared
    wish: Wish
    advance: Callable[[int], None]
    won: Bools = field(init=False)
    least_amount: float | None = field(init=False, default=None)
    know_times: bool = field(init=False)
    lifetimes: Mapping[str, Lifetime] = field(init=False)
    leaking: list[Suspicion] = field(init=False)
    types: dict[str, str] = field(init=False)
    _nothing: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.won = np.array([example.won for example in self.examples], dtype=np.bool_)
        if self.wish.best:
            self._keep_the_best()
        self.know_times = not tell_an_order_only(
            fact for example in self.examples for fact in example.facts
        )
        self.lifetimes = lifetimes_of(
            self.examples, retention=self.model["retention"], know_times=self.know_times
        )
        self.types = {name: entry["type"] for name, entry in self.model["fields"].items()}
        self.types |= dict.fromkeys(self.model["derived"], "")
        self.leaking = self._suspected()

    def learned(self) -> Learned:
        """Give all that the examples say."""
        everyone = np.ones(len(self.examples), dtype=np.bool_)
        found = self._candidates(everyone)
        shared = sorted(
            (Shared(one.trait, self._lift(one.has)) for one in found),
            key=lambda one: _sureness(one.lift), reverse=True,
        )  # fmt: skip
        result = Learned(
            leads=len(self.examples),
            won=int(self.won.sum()),
            shared=tuple(shared),
            leaking=tuple(self.leaking),
            lifetimes=self.lifetimes,
            know_times=self.know_times,
            wanted_best=self.wish.best,
            least_amount=self.least_amount,
            bands=self.wish.bands,
        )
        return self._with_proposal(result, found, everyone)

    def _with_proposal(
        self, result: Learned, found: Sequence[Candidate], everyone: Bools
    ) -> Learned:
        fewest = min(result.won, result.leads - result.won)
        if fewest < WON_LEAST:
            why = (
                f"{result.won} won and {result.leads - result.won} other leads are too few: "
                f"a model needs {WON_LEAST} of each"
            )
            return replace(result, refusal=why)
        measured, later = self._measured()
        proposal = self._proposed(found, everyone)
        if proposal is None:
            return replace(result, refusal=self._nothing)
        if measured is None or measured.low <= CHANCE:
            whole = self._crosswise()
            if whole is None or whole.low <= CHANCE:
                return replace(result, measured=measured, refusal=_not_borne_out(measured))
            result = replace(result, crosswise=whole)
        return replace(result, proposal=proposal, measured=measured, later=later)

    def _measured(self) -> tuple[Ranking | None, BandWins | None]:
        """Learn on the earlier leads, and measure on the later ones."""
        early = np.arange(len(self.examples)) < round(LEARNED_SHARE * len(self.examples))
        proposal = self._proposed(self._candidates(early), early)
        late = ~early
        if proposal is None or self.won[late].all() or not self.won[late].any():
            return None, None
        scores, won = proposal.scores, self.won
        chances = chances_from(scores[early], won[early], scores[late])
        wins = band_wins(scores[late], won[late], proposal.bounds)
        return ranking_of(scores[late], chances, won[late]), wins

    def _crosswise(self) -> Area | None:
        """Learn on two thirds of all leads and look at the other, each in turn: what is sure of the
        whole file where its later leads are too few to say. None where one gives no model.
        """
        self.advance = lambda _: None  # the steps that were told of are over
        places = np.arange(len(self.examples)) % THIRDS
        areas = []
        for third in range(THIRDS):
            others, looked_at = places != third, places == third
            proposal = self._proposed(self._candidates(others), others)
            if proposal is None:
                return None
            areas.append(auc(proposal.scores[looked_at], self.won[looked_at]))
        mean = float(np.mean(areas))
        low, high = auc_interval(mean, int(self.won.sum()), int((~self.won).sum()))
        return Area(mean, low, high)

    def _candidates(self, learned: Bools) -> list[Candidate]:
        suspected = {one.column for one in self.leaking}
        found = [
            one
            for one in candidates_of(
                self.examples,
                self.types,
                learned=learned,
                lifetimes=lambda kind: self.lifetimes[kind].milliseconds,
                forms=self.model["forms"],
            )
            if one.trait.subject not in suspected and one.trait.activity not in NOT_BY_LEADS
        ]
        self.advance(1)
        return found

    def _proposed(self, found: Sequence[Candidate], learned: Bools) -> Proposal | None:
        """Learn a model from the examples that `learned` names; None where none can be."""
        won = self.won[learned]
        seen = [Candidate(one.trait, one.counts[learned]) for one in found]
        fewest = int(min(won.sum(), (~won).sum()))
        if fewest < WON_ENOUGH:
            seen = [one for one in seen if _lift(one.has, won).is_sure(Z_99)]
        pointed = points_of(seen, won, cap=self.wish.cap, rules_max=self.wish.rules_max - 1)
        self.advance(1)
        self._nothing = NOTHING_TELLS if not pointed else NOBODY_HOT
        if not pointed:
            return None
        learned_rules = [
            LearnedRule("", one.trait, one.points, _lift(one.counts > 0, won)) for one in pointed
        ]
        return self._as_model(learned_rules, learned)

    def _as_model(self, found: Sequence[LearnedRule], learned: Bools) -> Proposal | None:
        turnable = sorted((rule for rule in found if _is_turnable(rule)), key=_points_of)
        known = self._known_of_all(found, learned)
        compiled = self._compiled(self._document(_with_names(found), UNBOUND, ()))
        sums = self._sums(compiled, known)
        reach = _reach(compiled, can_begin=bool(turnable or known))
        bounds = bounds_for(
            sums[learned],
            self.won[learned],
            reach,
            cap=self.wish.cap,
            wish=self.wish.bands,
            turnable=[-rule.points for rule in turnable],
        )
        if bounds is None:
            return None
        turned = turnable[: bounds.turned]
        rules = _with_names([_turned(rule) if rule in turned else rule for rule in found])
        document = self._document(rules, bounds, known)
        about = self._about(len(rules), int(learned.sum()), int(self.won[learned].sum()))
        text = proposal_text(document, _proposed(rules), about)
        scores = bounds.scores(sums)
        wins = band_wins(scores[learned], self.won[learned], bounds)
        return Proposal(tuple(rules), bounds, document, text, scores, wins, reach.is_one_half)

    def _known_of_all(self, rules: Iterable[LearnedRule], learned: Bools) -> list[str]:
        """Fields that rules ask of and (nearly) all leads answered. What an address says is none:
        who clicks in a mail has one, and is unknown.
        """
        derived = self.model["derived"].items()
        of_address = {name for name, entry in derived if entry["read_from"] == EMAIL}
        asked = (rule.trait.when or {} for rule in rules if not rule.trait.activity)
        names = dict.fromkeys(chain.from_iterable(asked))
        return [
            name for name in names
            if name not in of_address
            and float(self._answered([name])[learned].mean()) >= KNOWN_SHARE
        ]  # fmt: skip

    def _answered(self, names: Sequence[str]) -> Floats:
        """Which examples answered all of these questions: 1 or 0; 0 where there are none."""
        return np.array(
            [bool(names) and all(e.known.get(n) is not None for n in names) for e in self.examples],
            dtype=np.float64,
        )

    def _document(
        self, rules: Sequence[LearnedRule], bounds: Bounds, known: Sequence[str]
    ) -> dict[str, Any]:
        return proposed_document(self.base, _proposed(rules), bounds, self.declared, known)

    def _about(self, rules: int, leads: int, won: int) -> list[str]:
        times = "" if self.know_times else " Their order is known, not their times."
        return [
            f"A proposal: {rules} rules learned from {leads:,} leads, {won:,} of them won.{times}",
            "Points are log odds on one scale; each rule tells what it rests on.",
            "Read every rule: keep what makes sense to you, then `lead-scoring lint` and `try`.",
        ]

    def _compiled(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return compile_document(document, retention_days=self.model["retention"] // DAY_MS)

    def _sums(self, compiled: dict[str, Any], known: Sequence[str]) -> Sums:
        """Points of each example in both halves, by the product's rule book."""
        book = RuleBook(compiled)
        totals = [book.totals_of(example.facts, at=example.at) for example in self.examples]
        return Sums(
            np.array([one.fit for one in totals], dtype=np.float64),
            np.array([one.engagement for one in totals], dtype=np.float64),
            self._answered(known),
        )

    def _suspected(self) -> list[Suspicion]:
        """Fields and properties that look filled in after the outcome."""
        columns = {
            name: [_cell(example.known.get(name)) for example in self.examples]
            for name in self.model["fields"]
        }
        names = {
            (fact.kind, name)
            for example in self.examples for fact in example.done for name in fact.properties
            if fact.kind != FORM_SUBMITTED
        }  # fmt: skip
        for kind, name in sorted(names):
            columns[f"{kind}.{name}"] = [
                next((_cell(f.properties[name]) for f in example.done
                      if f.kind == kind and name in f.properties), "")
                for example in self.examples
            ]  # fmt: skip
        order = np.array([example.begun for example in self.examples], dtype=np.float64)
        found = suspicions(columns, Ended(won=self.won, lost=~self.won, order=order))
        return [one for one in found if one.column not in self.wish.keep]

    def _keep_the_best(self) -> None:
        """Count as won only the better half by amount, of those with one."""
        amounts = [e.amount for e in self.examples if e.won and e.amount]
        if not amounts:
            return
        self.least_amount = float(np.median(amounts))
        self.won = np.array(
            [e.won and (e.amount or 0) >= self.least_amount for e in self.examples], dtype=np.bool_
        )

    def _lift(self, has: Bools) -> Lift:
        return _lift(has, self.won)


def _proposed(rules: Iterable[LearnedRule]) -> list[ProposedRule]:
    return [ProposedRule(rule.name, rule.trait, rule.points, rests_on(rule.lift)) for rule in rules]


def _with_names(rules: Sequence[LearnedRule]) -> list[LearnedRule]:
    names = named(rule.trait for rule in rules)
    return [replace(rule, name=name) for rule, name in zip(rules, names, strict=True)]


def _not_borne_out(measured: Ranking | None) -> str:
    """Why a model of all leads is not proposed, though there is one."""
    if measured is None:
        return (
            "the earlier leads alone give no model to hold against the later ones, so what all of "
            "them show together may be chance"
        )
    return (
        "a model of the earlier leads ranks the later ones no better than chance may "
        f"(AUC {measured.auc:.2f}, {measured.low:.2f} to {measured.high:.2f})"
    )


def _reach(compiled: dict[str, Any], *, can_begin: bool) -> Reach:
    """How far the rules of a model without bounds go. `can_begin` where fit may give points by
    which leads begin higher, though none of its rules does.
    """
    draft = Draft(compiled, Reading(content=None))
    fit, engagement, stranger = draft.most[FIT], draft.most[ENGAGEMENT], draft.stranger
    return Reach(
        fit=fit,
        engagement=engagement,
        stranger=stranger.at_once,
        stranger_active=stranger.at_most,
        is_one_half=not engagement or not (fit or can_begin),
    )


def _points_of(rule: LearnedRule) -> int:
    return rule.points


def _is_turnable(rule: LearnedRule) -> bool:
    """Whether it takes points from who did not answer one question, and asks nothing else."""
    return rule.points < 0 and rule.trait.value == NOT_ANSWERED and not rule.trait.activity


def _turned(rule: LearnedRule) -> LearnedRule:
    """The rule that gives to who answered what this one takes from who did not."""
    asked = {name: {"missing": False} for name in rule.trait.when or {}}
    trait = replace(rule.trait, value="answered", when=asked)
    return LearnedRule("", trait, -rule.points, rule.lift.turned())


def rests_on(lift: Lift) -> str:
    """Say in a line what a rule rests on."""
    low, high = lift.interval()
    told = f"lift {lift.ratio:.2f} ({low:.2f} to {high:.2f})"
    return f"{lift.leads:,} leads, {lift.conversion:.0%} won; {told}"


def _lift(has: Bools, won: Bools) -> Lift:
    return Lift(
        won=int((has & won).sum()), won_leads=int(won.sum()),
        rest=int((has & ~won).sum()), rest_leads=int((~won).sum()),
    )  # fmt: skip


def _sureness(lift: Lift) -> float:
    """How far the interval stays from no difference, on the scale of the logarithm."""
    low, high = lift.interval()
    return float(max(np.log(low), -np.log(high)))


def _cell(value: object) -> str:
    return "" if value is None else str(value)
