"""`lead-scoring ignore`: a verdict that comes late, and how to take it back.

A verdict is a part of the model: it is published as every change of one, so what it covers loses
its points in every lead, and taking it out gives them back. Only the facts are searched here.
"""

import ipaddress
import re
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.clock import now
from cli.confirmation import is_confirmed
from cli.deploying import Wait, check_deploys, deploy, live_model, live_words
from cli.model_change import before_and_after, told
from cli.model_file import check_exists
from cli.problem import ProblemError
from cli.publish_command import check, compiled, line_end
from cli.running_stack import RunningStack, aws_faults, find_stack
from cli.score_table import day
from cli.stored_facts import stored_facts
from functions.scoring.conditions import fold
from functions.scoring.ignoring import Verdict, read_verdict
from functions.scoring.rule_book import RuleBook
from modelling.model_edits import EditError, with_note, with_verdict, without_verdict
from modelling.reading import read_model_text

NETWORK = "network"  # of an activity: /24 or /48, enough to tell a scanner's
_IPV6 = 6
_NETWORK_BITS = {4: 24, _IPV6: 48}
_PART_BITS = 8
_YES_NO = {"true": True, "false": False}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_NAME_MAX = 40
_ASKS = ("domain", "where", "activity", "since", "before")

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Covered:
    """Facts that a verdict covers: how many of which kind, whose, and from when to when (UTC
    ms).
    """

    kinds: Mapping[str, int]
    leads: Sequence[str]
    first: int = 0
    last: int = 0


def run(options: Namespace, wait: Wait = time.sleep, clock: Callable[[], int] = now) -> int:
    """Publish a verdict or take one out. Gives 1 where somebody said no. Raises ProblemError."""
    path = Path(options.model)
    check_exists(path)
    source = path.read_text(encoding="utf-8-sig")
    lines_end = line_end(path)
    asks = any(getattr(options, name) for name in (*_ASKS, "because", "name"))
    if not asks and not options.undo:
        return _listed(source)
    if asks and options.undo:
        raise ProblemError("--undo takes the name of a verdict, and nothing beside it")
    wanted, name = _without(source, options.undo) if options.undo else _with(source, options)
    check(wanted)
    before, after = compiled(source), compiled(wanted)
    with_it = before if options.undo else after
    verdict = next(one for one in with_it["ignore"] if one["verdict"] == name)
    with aws_faults(options):
        stack = find_stack(options)
        check_deploys(stack)
        _check_live(stack, before["version"], path)
        found = covered(stack, read_verdict(verdict))
        for line in said(found):
            print(line)
        if found.leads:
            books = RuleBook(before), RuleBook(after)
            for line in told(before_and_after(stack, *books, at=clock(), leads=found.leads)):
                print(line)
        does = f"Take {name} out" if options.undo else f"Ignore them from now on, as {name},"
        if not (options.yes or is_confirmed(f"{does} in {stack.place}?")):
            print("Nothing was changed.")
            return 1
    deploy(stack, wanted, options)
    path.write_text(wanted, encoding="utf-8", newline=lines_end)
    print(f"It stands in {path}: commit that.")
    print(live_words(stack, after["version"], options, wait, clock))
    print(f"  lead-scoring rescore --watch{stack.option}")
    if not options.undo:
        print(f"  lead-scoring ignore --undo {name}{stack.option}     # to take it back")
    return 0


def covered(stack: RunningStack, verdict: Verdict) -> Covered:
    """Search all facts of a system for those that a verdict covers. Raises TryLater.

    What cannot be read is passed over, and what is known to be a machine's: no lead counts it
    either.
    """
    kinds: Counter[str] = Counter()
    leads: dict[str, None] = {}
    instants: list[int] = []
    for fact in stored_facts(stack):
        if verdict.covers(fact) and not fact.machine:
            kinds[fact.kind] += 1
            leads[fact.lead] = None
            instants.append(fact.at)
    return Covered(kinds, list(leads), min(instants, default=0), max(instants, default=0))


def said(found: Covered) -> Iterator[str]:
    """Say what was found."""
    number = sum(found.kinds.values())
    if not number:
        yield "No fact is covered by it so far."
        return
    first, last = (day(instant) for instant in (found.first, found.last))
    yield f"{number} facts of {len(found.leads)} leads are covered, from {first} to {last}:"
    for kind, times in sorted(found.kinds.items(), key=lambda one: -one[1]):
        yield f"  {kind}: {times}"


def entry_of(options: Namespace) -> Entry:
    """Make a verdict of what was asked for. Raises ProblemError."""
    if not options.because or not options.because.isprintable():
        raise ProblemError('say why with --because "...", in one line: it stands in the model')
    if not (options.domain or options.where):
        raise ProblemError("say whose activities with --domain, or which with --where")
    entry: Entry = {"verdict": options.name or _slug(options.because), "says": options.because}
    entry |= {name: value for name in ("domain", "activity") if (value := getattr(options, name))}
    if options.where:
        entry["where"] = _condition(options.where)
    return entry | {
        name: value for name in ("since", "before") if (value := getattr(options, name))
    }


def _condition(written: Sequence[str]) -> Entry:
    condition: Entry = {}
    for one in written:
        name, mark, value = (part.strip() for part in one.partition("="))
        if not (name and mark and value):
            raise ProblemError(f"--where {one}: write it as NAME=VALUE, such as user_agent=*Bot*")
        if name in condition:
            raise ProblemError(f"--where: {name} is asked twice; make two verdicts of it")
        condition[name] = _test(name, value)
    return condition


def _test(name: str, value: str) -> Any:
    """Say what a property must be: a network, a pattern, or a value, which may stand as a text, a
    number, or yes and no.
    """
    if name == NETWORK and "*" not in value:
        return {"like": _networks(value)}
    if "*" in value or "?" in value:
        return {"like": value}
    if value in _YES_NO:
        return [value, _YES_NO[value]]
    return [value, float(value)] if _NUMBER.fullmatch(value) else value


def _networks(written: str) -> list[str]:
    """Say a network as the patterns of the networks that activities keep. Raises ProblemError."""
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError as wrong:
        raise ProblemError(
            f"--where {NETWORK}={written}: no network such as 203.0.113.0/24"
        ) from wrong
    kept = _NETWORK_BITS[network.version]
    if network.prefixlen > kept:
        wider = network.supernet(new_prefix=kept)
        raise ProblemError(f"of an address only its network is kept: say {NETWORK}={wider}")
    if network.prefixlen == kept:
        return [str(network)]
    if network.version == _IPV6:
        raise ProblemError(f"name networks of IPv6 as they are kept, /{kept} each")
    parts = max(1, -(-network.prefixlen // _PART_BITS))  # of the address that stand fast
    end = ".0/24" if parts * _PART_BITS == kept else ".*"
    narrower = network.subnets(new_prefix=parts * _PART_BITS)
    return [".".join(str(one.network_address).split(".")[:parts]) + end for one in narrower]


def _with(source: str, options: Namespace) -> tuple[str, str]:
    entry = entry_of(options)
    name = entry["verdict"]
    if name in _names(source):
        raise ProblemError(f"there is a verdict {name} already; choose another --name")
    note = f"ignored: {options.because} ({name})"
    try:
        return with_note(with_verdict(source, entry), note, day=day(now())), name
    except EditError as by_hand:
        raise ProblemError(str(by_hand)) from by_hand


def _without(source: str, name: str) -> tuple[str, str]:
    try:
        rest = without_verdict(source, name)
        return with_note(rest, f"no longer ignored: {name}", day=day(now())), name
    except KeyError as missing:
        known = ", ".join(_names(source)) or "none"
        raise ProblemError(f"there is no verdict {name}; there are: {known}") from missing
    except EditError as by_hand:
        raise ProblemError(str(by_hand)) from by_hand


def _listed(source: str) -> int:
    verdicts = compiled(source).get("ignore", [])
    if not verdicts:
        print("Nothing is ignored. lead-scoring ignore --help says how to ignore a scanner.")
    for entry in _entries(source):
        print(f"{entry['verdict']}: {entry.get('says', '')}")
        for name in ("activity", "domain", "where", "since", "before"):
            if name in entry:
                print(f"  {name}: {entry[name]}")
    return 0


def _check_live(stack: RunningStack, version: str, path: Path) -> None:
    live = live_model(stack)
    if live and live["version"] != version:
        raise ProblemError(
            f"{path} ({version}) is not the model that is live in {stack.place} "
            f"({live['version']}): publish it first; what was published just now is known within "
            f"two minutes; lead-scoring models {live['version']}{stack.option} prints the live one"
        )


def _entries(source: str) -> list[Entry]:
    content = read_model_text(source).content
    written = content.get("ignore") if isinstance(content, dict) else None
    return [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []


def _names(source: str) -> list[str]:
    return [str(entry.get("verdict")) for entry in _entries(source)]


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:_NAME_MAX].rstrip("-")
    return slug or "ignored"
