"""The faults `make mutants` puts in: each is a mistake somebody could make, or once made.

At least one for each guarantee. A fault's text has to stand in its file exactly once, which a test
of every push looks at; so whoever changes that code sees the fault and writes it anew.
"""

from tests.mutants.fault_runs import Fault

_LEADS = "functions/leads"
_SCORING = "functions/scoring"
_INTAKE = "functions/intake"
_ENTRANCES = "functions/entrances"
_MOVE = ("tests/leads/test_the_one_move.py",)
_STORES = ("tests/leads/test_lead_stores.py",)
_REVIEWED = ("tests/leads/test_what_review_found.py",)
_SCORES = ("tests/scoring",)
_FORMS = ("tests/handlers/test_form_rows.py",)
_ACTIVITIES = ("tests/handlers/test_activity_rows.py",)
_PASSING = ("tests/handlers/test_passing_faults.py",)

FAULTS: tuple[Fault, ...] = (
    # scoring
    Fault(
        "an end that still counts",
        "G1",
        f"{_SCORING}/award.py",
        "if age < since:",
        "if age <= since:",
        _SCORES,
    ),
    Fault(
        "the oldest are kept, not the newest",
        "G1 G3",
        f"{_SCORING}/ledger.py",
        "return tuple(sorted(union, reverse=True)[:at_most])",
        "return tuple(sorted(sorted(union)[:at_most], reverse=True))",
        _SCORES,
    ),
    Fault(
        "first come, first kept",
        "G2 G3",
        f"{_SCORING}/ledger.py",
        "return tuple(sorted(union, reverse=True)[:at_most])",
        "return (*kept, *sorted({*added} - {*kept}, reverse=True))[:at_most]",
        _SCORES,
    ),
    Fault(
        "the bucket's last instead of its first",
        "G3",
        f"{_SCORING}/ledger.py",
        "firsts[index] = min(occurrence, firsts.get(index, occurrence))",
        "firsts[index] = max(occurrence, firsts.get(index, occurrence))",
        _SCORES,
    ),
    Fault(
        "groups without bounds",
        "G1",
        f"{_SCORING}/totals.py",
        "halves[half] += bounds.clamp(points)",
        "halves[half] += points",
        _SCORES,
    ),
    Fault(
        "what nobody answered is false",
        "G1",
        f"{_SCORING}/conditions.py",
        "return None if truth is None else not truth",
        "return not truth",
        ("tests/scoring/test_conditions.py",),
    ),
    Fault(
        "answers that count for ever",
        "G1 G10",
        f"{_SCORING}/answers.py",
        "and given.at <= at < given.at + retention",
        "and given.at <= at",
        ("tests/scoring", "tests/laws/test_scores_against_brute_force.py"),
    ),
    Fault(
        "the answer that came last wins",
        "G3",
        f"{_SCORING}/answers.py",
        "return given[:2] > than[:2]",
        "return True",
        ("tests/scoring", "tests/leads/test_the_one_move.py", "tests/laws"),
    ),
    Fault(
        "repeats count twice",
        "G2",
        f"{_SCORING}/facts.py",
        "return short_hash(*(str(part) for part in self.identity))",
        "return short_hash(str(id(self)), *(str(part) for part in self.identity))",
        ("tests/scoring", "tests/leads/test_the_one_move.py"),
    ),
    # the store
    Fault(
        "a put without its condition",
        "G4 G5",
        f"{_LEADS}/lead_table.py",
        '"ConditionExpression": "#revision = :expected",',
        '"ConditionExpression": "#revision <= :expected OR #revision > :expected",',
        _STORES,
    ),
    Fault(
        "a form's fact that is put over the first",
        "G7",
        f"{_LEADS}/lead_table.py",
        '"ConditionExpression": "attribute_not_exists(#key)",',
        '"ConditionExpression": "attribute_not_exists(#key) OR attribute_exists(#key)",',
        _STORES,
    ),
    Fault(
        "what a throttled table left undone is forgotten",
        "G6",
        f"{_LEADS}/lead_table.py",
        "                if not asked:\n                    break\n            else:\n"
        "                raise TryLater\n\n    def remember_form",
        "                break\n            else:\n"
        "                raise TryLater\n\n    def remember_form",
        _STORES,
    ),
    # the move
    Fault(
        "the lead is written before its history",
        "G6",
        f"{_LEADS}/apply_facts.py",
        "            hurry.check()\n            self._around.store.remember(activities)\n",
        "            pass\n",
        _MOVE,
    ),
    Fault(
        "one try on a lead",
        "G5",
        f"{_LEADS}/apply_facts.py",
        "for _ in range(attempts):",
        "for _ in range(1):",
        _MOVE,
    ),
    Fault(
        "a conflict means that somebody else won",
        "G5 G12",
        f"{_LEADS}/apply_facts.py",
        "                item = self._writer.again(name, conflict)\n                continue\n",
        "                return [entry.after(changed=True) for entry in entries]\n",
        _MOVE,
    ),
    Fault(
        "a repeat writes the lead",
        "G2",
        f"{_LEADS}/apply_facts.py",
        "if merged == before.merged and lead.matching == before.matching:",
        "if False:",
        _MOVE,
    ),
    Fault(
        "imports alert like live facts",
        "G15",
        f"{_LEADS}/apply_facts.py",
        "live = distinct(arrival.fact for arrival in arrivals if not arrival.silent)",
        "live = distinct(arrival.fact for arrival in arrivals)",
        _MOVE,
    ),
    Fault(
        "a lead that is erased meanwhile is written all the same",
        "G23",
        f"{_LEADS}/apply_facts.py",
        "entries = admitted(stored, judged)  # it may have been erased since it was read",
        "entries = list(judged)",
        _REVIEWED,
    ),
    Fault(
        "the instant of processing decides who is let in",
        "G8",
        f"{_INTAKE}/activity_event.py",
        'received_at = _instant(message["ingested_at"])',
        'received_at = __import__("time").time_ns() // 1_000_000',
        _ACTIVITIES,
    ),
    # writing and alerts
    Fault(
        "cleared before it was published",
        "G12",
        f"{_LEADS}/writing.py",
        "        try:\n            self._around.publisher.publish(alert)\n"
        '        except TryLater:\n            self._around.count("alert_waiting", 1)\n'
        "            return\n",
        "        self._clear(lead, outbox.alert_id)\n        try:\n"
        "            self._around.publisher.publish(alert)\n"
        '        except TryLater:\n            self._around.count("alert_waiting", 1)\n'
        "            return\n",
        _MOVE,
    ),
    Fault(
        "clearing leaves the revision",
        "G13",
        f"{_LEADS}/writing.py",
        "bare = replace(lead, outbox=None, revision=lead.revision + 1, due_at=None)",
        "bare = replace(lead, outbox=None, due_at=None)",
        ("tests/leads",),
    ),
    Fault(
        "clearing takes a newer alert along",
        "G12 K9",
        f"{_LEADS}/writing.py",
        "if lead.outbox is None or lead.outbox.alert_id != alert_id:",
        "if lead.outbox is None:",
        ("tests/leads",),
    ),
    Fault(
        "an alert that is never cleared",
        "G13",
        f"{_LEADS}/writing.py",
        "            self._clear(lead, outbox.alert_id)\n        except TryLater:",
        "            pass\n        except TryLater:",
        _MOVE,
    ),
    Fault(
        "a stale hot swallows an alert",
        "G12",
        f"{_LEADS}/turning_hot.py",
        "return stored.model != self._book.version or self.is_hot(stored.merged.state, at=at)",
        "return True",
        ("tests/leads",),
    ),
    Fault(
        "a new model alerts for everybody",
        "G15",
        f"{_LEADS}/sweep.py",
        'could = (told_by_time or news) and stored.band != "hot"',
        'could = stored.band != "hot"',
        ("tests/leads",),
    ),
    Fault(
        "no cooldown",
        "G15",
        f"{_LEADS}/turning_hot.py",
        'return lead.band == "hot" and cool and not lead.merged.contact.suppressed',
        'return lead.band == "hot" and not lead.merged.contact.suppressed',
        _MOVE,
    ),
    Fault(
        "who unsubscribed is told of",
        "G15 C31",
        f"{_LEADS}/turning_hot.py",
        'return lead.band == "hot" and cool and not lead.merged.contact.suppressed',
        'return lead.band == "hot" and cool',
        _MOVE,
    ),
    Fault(
        "a lease of an hour",
        "G14",
        f"{_LEADS}/turning_hot.py",
        "LEASE_MS = 60 * SECOND_MS",
        "LEASE_MS = 3600 * SECOND_MS",
        ("tests/leads",),
    ),
    Fault(
        "late alerts look like new ones",
        "G16",
        f"{_LEADS}/writing.py",
        "delayed=now - outbox.made_at >= STALE_MS,",
        "delayed=False,",
        _MOVE,
    ),
    Fault(
        "an alert of last week goes out for a lead that cooled",
        "G16",
        f"{_LEADS}/sweep.py",
        'if now - outbox.made_at >= STALE_MS and lead.band != "hot":',
        "if False:",
        _MOVE,
    ),
    # time
    Fault(
        "a lead is due only when it is refreshed",
        "G10 G11",
        f"{_LEADS}/due.py",
        "candidates = [stored, band_at, lead.rebuild_at]",
        "candidates = [stored, lead.rebuild_at]",
        ("tests/leads",),
    ),
    Fault(
        "nobody waits for an alert's lease",
        "G12 G14",
        f"{_LEADS}/due.py",
        "candidates.append(lead.outbox.lease_until)",
        "pass",
        ("tests/leads",),
    ),
    Fault(
        "the sweep takes an alert from its publisher",
        "G13",
        f"{_LEADS}/sweep.py",
        "if outbox is None or outbox.lease_until > now:",
        "if outbox is None:",
        ("tests/leads",),
    ),
    Fault(
        "the sweep keeps the score of yesterday",
        "G11",
        f"{_LEADS}/sweep.py",
        "at = max(now, lead.last_seen or 0)",
        "at = max(lead.as_of or now, lead.last_seen or 0)",
        ("tests/leads",),
    ),
    Fault(
        "one bad shard stops a round",
        "G11 K10",
        f"{_LEADS}/rounds.py",
        '        except TryLater:\n            self._around.count("shard_failed", 1)\n',
        "        except TryLater:\n            raise\n",
        ("tests/leads/test_rounds.py",),
    ),
    # lasting
    Fault(
        "attributes nobody knows are dropped",
        "G24 D14",
        f"{_LEADS}/lead.py",
        "item: dict[str, Any] = dict(lead.unknown)",
        "item: dict[str, Any] = {}",
        _MOVE,
    ),
    Fault(
        "any layout is taken for ours",
        "G24 D15",
        f"{_LEADS}/lead.py",
        'if item.get("layout") not in _LAYOUTS_READABLE:',
        "if False:",
        _MOVE,
    ),
    Fault(
        "an erasure that is forgotten with the next form",
        "G23",
        f"{_LEADS}/lead.py",
        "return Lead(self.id, revision=self.revision, erased_at=self.erased_at,"
        " unknown=self.unknown)",
        "return Lead(self.id, revision=self.revision, unknown=self.unknown)",
        ("tests/leads",),
    ),
    # forms
    Fault(
        "a form is taken although neither table nor queue has it",
        "G6",
        f"{_ENTRANCES}/form_capture.py",
        '        raise RequestError(503, "temporarily_unavailable")',
        "        return",
        _PASSING,
    ),
    Fault(
        "the parking queue is left out",
        "G6 G22",
        f"{_ENTRANCES}/form_capture.py",
        "            self._send(self.parking, park_message(submission, at=at))\n",
        "",
        _PASSING,
    ),
    Fault(
        "a filled honeypot makes a lead",
        "G15 B9",
        f"{_INTAKE}/form_submission.py",
        "return bool(honeypot) and bool(request.fields.get(honeypot))",
        "return False",
        _FORMS,
    ),
    Fault(
        "without an id each click is a form of its own",
        "G7",
        f"{_INTAKE}/form_submission.py",
        "id=stated_id or short_hash(received_hash, str(at // DAY_MS)),",
        "id=stated_id or short_hash(received_hash, str(at)),",
        ("tests/handlers",),
    ),
    Fault(
        "other content under an id is let in",
        "G7 B4",
        f"{_LEADS}/arrivals.py",
        "    if other:\n        return Judged(arrival, Verdict.REUSED)\n",
        "",
        _MOVE,
    ),
    Fault(
        "numbers that are none",
        "G17 B14",
        f"{_INTAKE}/strict_json.py",
        "parse_constant=lambda _: NOT_A_NUMBER,",
        "",
        ("tests/handlers", "tests/intake"),
    ),
    Fault(
        "depth is for the parser to find",
        "G17 B15",
        f"{_INTAKE}/strict_json.py",
        "if _is_deeper(text, depth_max):",
        "if False:",
        ("tests/intake/test_strict_json.py", "tests/handlers"),
    ),
    # the queue
    Fault(
        "what could not be kept aside is acknowledged",
        "G20 K6",
        f"{_ENTRANCES}/activity_recorder.py",
        "            except TryLater:\n                pending.failed = True\n"
        "                return\n",
        "            except TryLater:\n                return\n",
        _PASSING,
    ),
    Fault(
        "a failed record is acknowledged",
        "G6 K7",
        f"{_ENTRANCES}/activity_recorder.py",
        'return {"batchItemFailures": [{"itemIdentifier": pending.id} for pending in failed]}',
        'return {"batchItemFailures": []}',
        _PASSING,
    ),
    Fault(
        "a batch that failed as a whole is no failure",
        "G22",
        f"{_ENTRANCES}/activity_recorder.py",
        "            raise NothingRecordedError\n",
        "            pass\n",
        _PASSING,
    ),
    Fault(
        "what comes again always comes soon",
        "G22",
        f"{_ENTRANCES}/activity_recorder.py",
        "doubled = min(_WAIT_SECONDS << min(pending.receives - 1, 10), _WAIT_SECONDS_MAX)",
        "doubled = _WAIT_SECONDS",
        ("tests/handlers",),
    ),
    Fault(
        "a record that was received before runs with its neighbours",
        "G18 D11",
        f"{_ENTRANCES}/activity_recorder.py",
        "if new := [record for record in records if _receives(record) == 1]:",
        "if new := list(records):",
        ("tests/handlers",),
    ),
    Fault(
        "a move for each message",
        "G19 C28",
        f"{_ENTRANCES}/activity_recorder.py",
        "            yield new\n",
        "            yield from ([record] for record in new)\n",
        ("tests/handlers",),
    ),
    Fault(
        "a refused fact is counted as accepted too",
        "G20",
        f"{_ENTRANCES}/activity_recorder.py",
        "            if verdict not in _REFUSED_BY_MOVE:\n",
        "            if verdict:\n",
        ("tests/handlers",),
    ),
)
