"""What the commands are called, what they take, and how each is explained to people.

Nothing but argparse is imported here, so that `--help` answers at once.
"""

import argparse
from typing import TypeAlias

MODEL_FILE = "scoring-model.yaml"
PEOPLE_FOLDER = "events/people"
LANGUAGES = ("en", "pl")

_ABOUT = """\
Score leads by a model you write in scoring-model.yaml: who they are (fit), what they do
(engagement), and since when. A score says hot, warm or cold, and every point has its reason.

Work on the model, on your own machine:
  lead-scoring new                 a first model, from ten questions about your customers
  lead-scoring try                 people you know by name, scored under your model
  lead-scoring try --watch         ... again each time you save the model
  lead-scoring lint                what is wrong with the model, and what is unwise
  lead-scoring score facts.jsonl   scores of leads whose facts stand in a file
  lead-scoring import TABLE --map MAP.yaml --out facts.jsonl
                                   a table of your CRM as facts, and what of it to distrust
  lead-scoring learn facts.jsonl   what customers share, and a model proposed from it
  lead-scoring verify facts.jsonl  were the scores right? outcomes beside scores, rule by rule
  lead-scoring compare OLD NEW facts.jsonl
                                   is the new model better, and who changes band?

Work with a running system (make up, or your stack in AWS):
  lead-scoring form demo           HTML of a form, to paste into a website
  lead-scoring show EMAIL          one lead: its score now, why, and what becomes of it
  lead-scoring send facts.jsonl    put facts into the system
  lead-scoring pull --from 2026-11-01 --out november.jsonl

Look after a running system:
  lead-scoring status              does anything need attention?
  lead-scoring refused             what was refused, why, and sending it again after a fix
  lead-scoring redrive QUEUE       bring dead letters back to their queue
  lead-scoring export EMAIL        everything that is stored of a person
  lead-scoring erase EMAIL         forget a person for good
  lead-scoring team                who sells, and who of them may sign in
  lead-scoring publish             let a model go live, after it is said what that changes
  lead-scoring models              which models were live, and since when
  lead-scoring ignore              activities that were a scanner's give no points any more
  lead-scoring rescore             score all leads anew, or see how far it is after a new model
  lead-scoring review              does the model still tell who buys? week by week
"""

_FACTS = """\
A fact file has one JSON object a line:
  {"id": "1", "lead": "anna@example.com", "at": "2026-11-01T10:00:00Z", "kind": "page_viewed",
   "path": "/pricing"}
  {"id": "2", "lead": "anna@example.com", "at": "2026-11-01T10:05:00Z", "kind": "form_submitted",
   "form": "demo", "answers": {"job_title": "CEO", "company_size": "11-50"}}
"id" may be left out; "at" carries its time zone. Order and repeats do not matter.
"""

_OUTCOMES = '"sales_concluded" with a "result" (won, lost, ...) says how a lead ended.\n'

_MAPPING = """\
A mapping says which column is what:
  lead: Customer                         # an address, or any id
  at: {column: Created, format: "%d.%m.%Y", zone: Europe/Warsaw}
                                         # or `order: Number` where it only rises with time
  empty: [Select, "-"]                   # what means empty, beside blanks
  answers:
    country: Country
    company_size: {column: Employees, type: number, from: 1, below: 1000000}
    industry: {column: Branch, values: {Softwar: Software}}
  activities:
    - {kind: webinar_attended, at: Webinar day, properties: {webinar: Webinar}}
  outcome: {column: Stage, won: Won, lost: [Lost, Dropped], at: Closed, amount: Value}
  join:                                  # a second table beside it
    - {table: accounts.csv, on: Account, there: Name}
With one row an event, `event: {column: Event, kinds: {Visit: page_viewed}, properties: {...}}`
says which kinds its values are. `won: filled`, `lost: empty` and `lost: others` are words for any
cell, and `lost_after: 90 days` says when who did not buy counts as lost.
"""

_STACK = """\
The running system is the one `make up` or `make run` started here (.local/stack.json); with
--stack NAME a stack in AWS, found with your usual AWS variables (AWS_PROFILE, AWS_REGION, ...).
A stack in AWS is never read or changed unless you name it.
"""


def command_parser() -> argparse.ArgumentParser:
    """Build the whole command line. `module` of the result names what to run, None for nothing."""
    parser = _Parser(prog="lead-scoring", description=_ABOUT, formatter_class=_AsWritten)
    parser.set_defaults(module=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    of_models = (_new, _score, _try, _lint, _import, _learn, _verify, _compare, _form)
    of_systems = (_show, _send, _pull, _status, _refused, _redrive, _export, _erase, _team)
    for add in (*of_models, *of_systems, _publish, _models, _ignore, _rescore, _review):
        add(commands)
    return parser


_AsWritten = argparse.RawDescriptionHelpFormatter
_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001  (it has no public name)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors end with where to read on."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help.\n")


def _new(commands: _Commands) -> None:
    parser = _command(
        commands,
        "new",
        "cli.new_command",
        "write a first model, from ten questions about your customers",
        "Ask who buys, who never does, whom marketing wants, which pages and actions show\n"
        "interest, and which the opposite; then write a model with points for and against.\n"
        "Enter takes what stands in brackets. Nothing is overwritten unless you say --force.",
        """
  lead-scoring new
  lead-scoring new --language pl --out nowy-model.yaml
  yes "" | lead-scoring new --out example-model.yaml     # every answer as it stands in brackets
""",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        default=MODEL_FILE,
        help=f"where the model goes (default: {MODEL_FILE})",
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    _add_language(parser, "language of the questions and of alerts")


def _score(commands: _Commands) -> None:
    parser = _command(
        commands,
        "score",
        "cli.score_command",
        "score the leads of a fact file",
        "Score every lead of one or more fact files under the model, at one instant; or one lead\n"
        "of the running system, also under a model that was live once and at a past instant.\n\n"
        + _FACTS,
        """
  lead-scoring score facts.jsonl
  lead-scoring score january.jsonl february.jsonl --at 2026-03-01T00:00:00Z
  lead-scoring score - --json < facts.jsonl | jq 'select(.band == "hot")'
  lead-scoring score facts.jsonl --model next-model.yaml
  lead-scoring score --lead anna@example.com --model 9b886e8b4bbb --at 2026-11-01T00:00:00Z
""",
    )
    parser.add_argument(
        "facts", nargs="*", metavar="FACTS", help="a fact file; - is standard input"
    )
    parser.add_argument("--lead", metavar="EMAIL", help="a lead of the running system instead")
    parser.add_argument(
        "--model",
        metavar="FILE|VERSION",
        help=f"the scoring model (default: {MODEL_FILE}, of a running system its own); with\n"
        "--lead also the version of a model that was live (lead-scoring models)",
    )
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        help="score as of this instant, 2026-11-23T10:00:00Z (default: now)",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line, sorted by lead"
    )
    _add_language(parser)
    _add_stack(parser)


def _try(commands: _Commands) -> None:
    parser = _command(
        commands,
        "try",
        "cli.try_people",
        "score people known by name, and see what a change of the model does to them",
        "Score the people of events/people/ under the model: the CEO who is not interested, the\n"
        "manager who intends to buy, the student on the careers page... The last column says what\n"
        "changed since the last run, so change a rule and run it again.\n\n"
        'A person is a fact file of that name; there an instant may be relative: "-3 days".',
        """
  lead-scoring try
  lead-scoring try --watch
  lead-scoring try --model next-model.yaml --people our-best-customers/
""",
    )
    _add_model(parser)
    parser.add_argument(
        "--people",
        default=PEOPLE_FOLDER,
        metavar="FOLDER",
        help=f"folder of people, one fact file each (default: {PEOPLE_FOLDER})",
    )
    parser.add_argument(
        "--watch", action="store_true", help="again at each save of the model, until Ctrl-C"
    )
    _add_language(parser)


def _lint(commands: _Commands) -> None:
    parser = _command(
        commands,
        "lint",
        "cli.lint_model",
        "check the model: what is wrong, and what is unwise",
        "Check the scoring model. Errors keep it from being deployed (exit code 1); warnings are\n"
        "advice (exit code 0). A row in brackets, like (R68), stands in docs/requirements.md.",
        """
  lead-scoring lint
  lead-scoring lint --model next-model.yaml
""",
    )
    _add_model(parser)


def _import(commands: _Commands) -> None:
    parser = _command(
        commands,
        "import",
        "cli.import_command",
        "turn a table of your CRM into a fact file",
        "Turn a CSV or Parquet table, one row a lead or one row an event, into a fact file. The\n"
        "report counts what of each column was empty, unknown or out of range, and names columns\n"
        "that look filled in after the outcome: a model must not learn from those.\n\n" + _MAPPING,
        """
  lead-scoring import leads.csv --map leads-map.yaml
  lead-scoring import leads.csv --map leads-map.yaml --out leads.jsonl
  lead-scoring import events.parquet --map events-map.yaml --out events.jsonl --json
""",
    )
    parser.add_argument("table", metavar="TABLE", help="a CSV file (UTF-8) or a Parquet file")
    parser.add_argument(
        "--map", required=True, metavar="MAP.yaml", help="what the columns of the table mean"
    )
    parser.add_argument(
        "--out", metavar="FACTS", help="write the facts to this file (default: report only)"
    )
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    _add_model(parser)


def _learn(commands: _Commands) -> None:
    parser = _command(
        commands,
        "learn",
        "cli.learn_command",
        "what won leads share, and a model proposed from it",
        "Compare won leads with the rest: for each answer and activity its share among either,\n"
        "and the lift with its interval. Then propose a model: whole points per rule, negative\n"
        "ones too, both halves capped, and the scores above which a lead is hot and below which\n"
        "it is cold. The proposal keeps fields, forms and alerts of the model, replaces rules and\n"
        "bands, and passes lint. How good it is, is measured on the latest leads, with a model\n"
        "of the earlier ones.\n\n"
        "With fewer than 100 won leads it proposes only what their number can support.\n\n"
        + _FACTS
        + _OUTCOMES,
        """
  lead-scoring learn facts.jsonl
  lead-scoring learn facts.jsonl --out proposal.yaml --html learned.html
  lead-scoring learn facts.jsonl --best --hot-share 10
  lead-scoring learn facts.jsonl --hot-precision 60 --cap 40 --out proposal.yaml
""",
    )
    parser.add_argument("facts", nargs="+", metavar="FACTS", help="a fact file")
    _add_model(parser)
    parser.add_argument(
        "--best",
        action="store_true",
        help="compare the best customers: the better half of the won by amount",
    )
    parser.add_argument("--out", metavar="MODEL.yaml", help="write the proposal to this file")
    hot = parser.add_mutually_exclusive_group()
    hot.add_argument(
        "--hot-share",
        type=float,
        metavar="PERCENT",
        help="so many percent of leads are to be hot (default: 20)",
    )
    hot.add_argument(
        "--hot-precision",
        type=float,
        metavar="PERCENT",
        help="so many percent of hot leads are to be won",
    )
    parser.add_argument(
        "--cap",
        type=int,
        default=50,
        metavar="POINTS",
        help="most points of each half, and of what it may take away (default: 50)",
    )
    parser.add_argument(
        "--rules", type=int, default=40, metavar="NUMBER", help="at most so many (default: 40)"
    )
    parser.add_argument(
        "--keep",
        metavar="NAMES",
        help="fields to learn from although they look filled in after the outcome, with commas",
    )
    _add_report(parser)


def _verify(commands: _Commands) -> None:
    parser = _command(
        commands,
        "verify",
        "cli.verify_command",
        "hold the model's scores against what became of the leads",
        "Score every lead as it stood just before its outcome, and say whether the score was\n"
        "right: wins per band, precision and recall of hot, how well scores rank, whether each\n"
        "rule earns its points beside the others, and what moves from month to month.\n\n"
        "A rule or a trend is named only where chance does not explain it: of a hundred files\n"
        "with nothing wrong, at most one is said to have something wrong.\n\n" + _FACTS + _OUTCOMES,
        """
  lead-scoring verify facts.jsonl
  lead-scoring verify facts.jsonl --html verified.html
  lead-scoring verify 2025.jsonl 2026.jsonl --by industry,country,seniority
  lead-scoring verify facts.jsonl --model next-model.yaml --json
""",
    )
    parser.add_argument(
        "facts", nargs="+", metavar="FACTS", help="a fact file; - is standard input"
    )
    _add_model(parser)
    parser.add_argument(
        "--at", metavar="INSTANT", help="read no fact after this instant (default: read all)"
    )
    parser.add_argument(
        "--by",
        metavar="FIELDS",
        help="fields whose values are looked at month by month, with commas; channel is where a "
        "lead came from (default: channel and industry)",
    )
    _add_report(parser)


def _compare(commands: _Commands) -> None:
    parser = _command(
        commands,
        "compare",
        "cli.compare_command",
        "say whether a new model is better than the old one, on past leads",
        "Score past leads under two models, as they stood just before their outcome: who changes\n"
        "band and by which rules, how many alerts a week each would have sent, and how many wins\n"
        "the same number of calls reaches (as many calls as the old model has hot leads).\n\n"
        "Exit code 0: the new model is better, or there is no difference at these numbers;\n"
        "3: it is worse; 1: a problem; 2: the command line was not understood.\n\n"
        + _FACTS
        + _OUTCOMES,
        """
  lead-scoring compare scoring-model.yaml next-model.yaml facts.jsonl
  lead-scoring compare scoring-model.yaml next-model.yaml facts.jsonl --html compared.html
  lead-scoring compare deployed.json scoring-model.yaml facts.jsonl || echo "do not publish"
""",
    )
    parser.add_argument("old", metavar="OLD", help="the model there is, a YAML file or compiled")
    parser.add_argument("new", metavar="NEW", help="the model that is to replace it")
    parser.add_argument(
        "facts", nargs="+", metavar="FACTS", help="a fact file; - is standard input"
    )
    parser.add_argument(
        "--at", metavar="INSTANT", help="read no fact after this instant (default: read all)"
    )
    parser.add_argument(
        "--calls", type=int, metavar="NUMBER", help="compare at this number of calls in all"
    )
    _add_report(parser)


def _form(commands: _Commands) -> None:
    parser = _command(
        commands,
        "form",
        "cli.website_form",
        "print the HTML of a form, to paste into a website",
        "Print the HTML of one of the model's forms. It works without JavaScript; with it, the\n"
        "form also says which campaign brought the visitor, and cannot be sent twice by accident.",
        """
  lead-scoring form demo
  lead-scoring form newsletter --fields email
  lead-scoring form demo --fields name,company,job_title --language pl
  lead-scoring form demo --url https://forms.example.com > demo.html
""",
    )
    parser.add_argument("name", metavar="NAME", help="a form of the model, such as demo")
    _add_model(parser)
    parser.add_argument(
        "--fields",
        metavar="NAMES",
        help="which questions to ask, with commas, or all; the address is always asked "
        "(default: up to six that visitors expect)",
    )
    parser.add_argument(
        "--url", help="where the forms are received (default: the running system's address)"
    )
    parser.add_argument(
        "--test", action="store_true", help="mark what it sends as a test: left out of all lists"
    )
    _add_language(parser, "the form's language (default: that of the model's alerts)", None)
    _add_stack(parser)


def _show(commands: _Commands) -> None:
    parser = _command(
        commands,
        "show",
        "cli.show_lead",
        "show one lead of the running system: its score now, and why",
        "Show a lead as it is at this very moment: score with its reasons, what becomes of it if\n"
        "nothing happens, its answers, where it came from, and its alert.\n\n" + _STACK,
        """
  lead-scoring show anna@example.com
  lead-scoring show anna@example.com --at 2026-11-01T00:00:00Z
  lead-scoring show anna@example.com --json --stack LeadScoring
""",
    )
    parser.add_argument("email", metavar="EMAIL", help="the lead's e-mail address")
    _add_model_of_stack(parser)
    parser.add_argument("--at", metavar="INSTANT", help="as of this instant (default: now)")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    _add_language(parser)
    _add_stack(parser)


def _send(commands: _Commands) -> None:
    parser = _command(
        commands,
        "send",
        "cli.send_facts",
        "put the facts of a file into the running system",
        "Put facts into the running system, through its event bus. Sending a fact again changes\n"
        "nothing, so an interrupted command is simply repeated. All lines are checked before the\n"
        "first is sent.\n\n" + _FACTS + "\n" + _STACK,
        """
  lead-scoring send facts.jsonl
  lead-scoring send customers-of-2025.jsonl --import
  lead-scoring send facts.jsonl --stack LeadScoring
""",
    )
    parser.add_argument(
        "facts", nargs="+", metavar="FACTS", help="a fact file; - is standard input"
    )
    parser.add_argument(
        "--import",
        dest="silent",
        action="store_true",
        help="alert nobody; instead say at the end who is hot and warm now",
    )
    _add_model_of_stack(parser)
    _add_stack(parser)


def _pull(commands: _Commands) -> None:
    parser = _command(
        commands,
        "pull",
        "cli.pull_facts",
        "get the facts of a period out of the running system, as a fact file",
        "Write all facts of a period into a fact file. An interrupted pull with --out goes on\n"
        "where it stopped when it is repeated with the same options.\n\n" + _STACK,
        """
  lead-scoring pull --from 2026-11-01 --to 2026-12-01 --out november.jsonl
  lead-scoring pull --from 2026-01-01 --out facts.jsonl --no-persons --stack LeadScoring
""",
    )
    parser.add_argument(
        "--from", dest="since", required=True, metavar="INSTANT", help="first instant, or a UTC day"
    )
    parser.add_argument(
        "--to", dest="until", metavar="INSTANT", help="instant it ends before (default: now)"
    )
    parser.add_argument(
        "--out", metavar="FILE", help="write to this file (default: standard output)"
    )
    parser.add_argument(
        "--no-persons",
        action="store_true",
        help="lead ids in place of addresses, and no names, phones or other texts people typed",
    )
    _add_model_of_stack(parser)
    _add_stack(parser)


def _status(commands: _Commands) -> None:
    parser = _command(
        commands,
        "status",
        "cli.status",
        "does anything of the running system need attention?",
        "Look at the queues, the schedule, the alerts that are late, and who is told of them.\n"
        "Exit code 0: all is well; 1: something needs attention, and is named. The limits are\n"
        "those of the alarms. Refused messages are counted, and need nobody at once. A local\n"
        "system does not know the age of messages.\n\n" + _STACK,
        """
  lead-scoring status
  lead-scoring status --stack LeadScoring
""",
    )
    _add_stack(parser)


def _refused(commands: _Commands) -> None:
    parser = _command(
        commands,
        "refused",
        "cli.refused",
        "list what was refused by reason, show one, or send it again after a fix",
        "List what was refused by reason, with number and age. Nothing is taken away: while the\n"
        "list is made, others see a message up to two minutes later. Refused messages are kept\n"
        "for 14 days.\n\n"
        "--resend sends the body again to where it belongs, and only then removes the refused\n"
        "message. What was accepted before counts once, so repeating the command is harmless.\n"
        "--resend all leaves spam out; --resend spam, or the ID of one, makes leads of it.\n\n"
        + _STACK,
        """
  lead-scoring refused
  lead-scoring refused --show unknown_kind
  lead-scoring refused --resend unknown_kind
  lead-scoring refused --resend 1f0c2a9e --stack LeadScoring
""",
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--show",
        metavar="REASON|ID",
        help="show the oldest message of a reason, or one by its id (or its first 8 letters), "
        "with its body, which may hold personal data",
    )
    action.add_argument(
        "--resend", metavar="REASON|ID|all", help="send again, to the queue where it belongs"
    )
    _add_stack(parser)


def _redrive(commands: _Commands) -> None:
    parser = _command(
        commands,
        "redrive",
        "cli.redrive",
        "bring dead letters back to the queue they came from",
        "Move what waits in a queue of dead letters back to its queue, after the cause is mended.\n"
        "Only what was there at the start is moved, each message once; facts that were recorded\n"
        "before count once. QUEUE is ActivityDeadLetters, ParkingDeadLetters or BusDeadLetters\n"
        "(activity, parking, bus). What the other dead letters need is said when you name them.\n\n"
        + _STACK,
        """
  lead-scoring redrive ActivityDeadLetters
  lead-scoring redrive parking --stack LeadScoring
  lead-scoring redrive alert --show
  lead-scoring redrive sweep --empty
""",
    )
    parser.add_argument("queue", metavar="QUEUE", help="the queue of dead letters")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--show",
        action="store_true",
        help="show the oldest of them, with bodies that may hold personal data; move nothing",
    )
    instead.add_argument(
        "--empty", action="store_true", help="throw them away, once nobody needs them; asks first"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before --empty")
    _add_stack(parser)


def _export(commands: _Commands) -> None:
    parser = _command(
        commands,
        "export",
        "cli.export_lead",
        "write everything that is stored of a person, as JSON",
        "Write everything that is stored of one person as one JSON object: the lead and why its\n"
        "score is what it is, its item as it lies in the table, and every fact with the instant\n"
        "it was received.\n\n" + _STACK,
        """
  lead-scoring export anna@example.com
  lead-scoring export anna@example.com --stack LeadScoring > anna.json
""",
    )
    parser.add_argument("email", metavar="EMAIL", help="the person's e-mail address")
    _add_model_of_stack(parser)
    _add_stack(parser)


def _erase(commands: _Commands) -> None:
    parser = _command(
        commands,
        "erase",
        "cli.erase_command",
        "forget a person for good",
        "Delete the lead and its whole history, and refuse whatever is still on its way. A day\n"
        "later the history is deleted once more. Only a new form by the person makes a new lead.\n"
        "Repeating the command is harmless.\n\n"
        "--after-restore erases again, as of then, everybody who was ever erased: after a restore\n"
        "of the tables, and before messages and forms are let in.\n\n" + _STACK,
        """
  lead-scoring erase anna@example.com
  lead-scoring erase anna@example.com --yes --stack LeadScoring
  lead-scoring erase --after-restore --stack LeadScoring
""",
    )
    parser.add_argument("email", nargs="?", metavar="EMAIL", help="the person's e-mail address")
    parser.add_argument(
        "--after-restore", action="store_true", help="erase again whom a restore brought back"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    _add_stack(parser)


def _team(commands: _Commands) -> None:
    parser = _command(
        commands,
        "team",
        "cli.team_command",
        "who sells, and who of them may sign in",
        "The team stands in the list `team` of cdk.json: who sells, what is theirs, when they are\n"
        "away. Owners and alerts follow from it with make deploy, sign-ins by this command.\n\n"
        "  list          the team, and who may sign in (also when nothing is said)\n"
        "  add [MAIL]    invite one of the list by mail, or all who are missing; put roles right\n"
        "  remove MAIL   end a sign-in; asks first\n\n" + _STACK,
        """
  lead-scoring team
  lead-scoring team add --stack LeadScoring
  lead-scoring team add kasia@example.com --stack LeadScoring
  lead-scoring team remove kasia@example.com --stack LeadScoring
""",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    listing = actions.add_parser("list", help="the team, and who may sign in")
    adding = actions.add_parser("add", help="invite one of the list, or all who are missing")
    adding.add_argument("mail", nargs="?", metavar="MAIL", help="one of the list")
    removing = actions.add_parser("remove", help="end a sign-in")
    removing.add_argument("mail", metavar="MAIL", help="whose")
    removing.add_argument("--yes", action="store_true", help="do not ask first")
    _add_stack(parser)
    for action in (listing, adding, removing):
        _add_stack(action, default=argparse.SUPPRESS)


def _publish(commands: _Commands) -> None:
    parser = _command(
        commands,
        "publish",
        "cli.publish_command",
        "let a model go live, after it is said what that changes",
        "Lint a model, score every lead under it and under the live one, say how many are hot,\n"
        "warm and cold before and after and which rules do that, ask, and deploy it. Every lead\n"
        "is scored anew then; nobody is alerted for it. To go back, publish an old version.\n\n"
        + _STACK,
        """
  lead-scoring publish --note "the pricing page counts for a month"
  lead-scoring publish proposal.yaml --stack LeadScoring
  lead-scoring publish 9b886e8b4bbb           # a version that was live before
""",
    )
    parser.add_argument(
        "model",
        nargs="?",
        default=MODEL_FILE,
        metavar="FILE|VERSION",
        help=f"the model (default: {MODEL_FILE}), or the version of one that was live",
    )
    parser.add_argument("--note", metavar="TEXT", help="what was changed: goes into its changelog")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    _add_stack(parser)


def _models(commands: _Commands) -> None:
    parser = _command(
        commands,
        "models",
        "cli.models_command",
        "which models were live, and since when",
        "List the models that went live, the newest first, with the newest line of each one's\n"
        "changelog; or print one of them as it was written.\n\n" + _STACK,
        """
  lead-scoring models
  lead-scoring models 9b886e8b4bbb > scoring-model.yaml
""",
    )
    parser.add_argument("version", nargs="?", metavar="VERSION", help="print this one")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_stack(parser)


def _ignore(commands: _Commands) -> None:
    parser = _command(
        commands,
        "ignore",
        "cli.ignore_command",
        "take back the points of what was a machine's after all",
        "Say which activities were a scanner's: at a mail domain, of a user agent, of a network.\n"
        "It is shown how many facts of how many leads that is and what it changes, and asked. The\n"
        "verdict is put under `ignore` in the model and published: every lead loses the points of\n"
        "what it covers, and new facts that it covers earn none. Forms and what sales did always\n"
        "count. --undo takes a verdict out again, and with it everything it did. Without options\n"
        "the verdicts of the model are listed.\n\n" + _STACK,
        """
  lead-scoring ignore --domain example.com --activity email_clicked --because "their gateway clicks"
  lead-scoring ignore --where "user_agent=*Barracuda*" --since 2026-10-01 --because "a link scanner"
  lead-scoring ignore --where network=203.0.113.0/24 --because "a scanner's network"
  lead-scoring ignore --undo a-link-scanner
""",
    )
    parser.add_argument(
        "--domain",
        action="append",
        default=[],
        metavar="NAME",
        help="only leads with an address there; may be repeated",
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="only activities with this property: * is anything, ? one letter; of a network every "
        "address in it; all that is repeated must be so",
    )
    parser.add_argument(
        "--activity",
        action="append",
        default=[],
        metavar="KIND",
        help="only activities of this kind; may be repeated",
    )
    parser.add_argument("--since", metavar="DAY", help="only from this day on (UTC)")
    parser.add_argument("--before", metavar="DAY", help="only before this day (UTC)")
    parser.add_argument("--because", metavar="TEXT", help="why; stands in the model's changelog")
    parser.add_argument("--name", metavar="NAME", help="its name (default: made from the reason)")
    parser.add_argument("--undo", metavar="NAME", help="take this verdict out again")
    parser.add_argument(
        "--model", metavar="FILE", default=MODEL_FILE, help=f"the model (default: {MODEL_FILE})"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    _add_stack(parser)


def _rescore(commands: _Commands) -> None:
    parser = _command(
        commands,
        "rescore",
        "cli.rescore_command",
        "score all leads anew, or see how far that is",
        "After a deployment that changed the model all leads are scored anew by itself, within\n"
        "minutes. Nobody is alerted for it: managers get one digest that tells how many leads\n"
        "turned hot and cold, and the first of them. --watch and --status show how far it is.\n\n"
        "Without either a rescore is begun now. A lead that is under the live model already is\n"
        "left as it is: every minute sees to it that what is stored of it is right.\n\n" + _STACK,
        """
  lead-scoring rescore --watch
  lead-scoring rescore --status --stack LeadScoring
  lead-scoring rescore
""",
    )
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument(
        "--watch", action="store_true", help="follow the newest until it is over; begins none"
    )
    asked.add_argument("--status", action="store_true", help="how far it is, or how it ended")
    _add_stack(parser)


def _review(commands: _Commands) -> None:
    parser = _command(
        commands,
        "review",
        "cli.review_command",
        "does the model still tell who buys? the newest week, by band and by rule",
        "Once a week the system counts all leads: how many are hot, warm and cold and have the\n"
        "points of each rule, how many of those were contacted, and how they ended. A lead that\n"
        "ended within 90 days counts as it stood just before. The week before is in brackets.\n"
        "The model's own `review: {hot_wins_below: 20, after: 180 days}` says when alarms ring.\n\n"
        + _STACK,
        """
  lead-scoring review --stack LeadScoring
  lead-scoring review --now                     # count this week again, then show it
  lead-scoring review --json | jq '.week.rules'
""",
    )
    parser.add_argument("--now", action="store_true", help="count anew first, and wait for it")
    parser.add_argument("--json", action="store_true", help="everything, as one JSON object")
    _add_stack(parser)


def _command(
    commands: _Commands, name: str, module: str, summary: str, about: str, examples: str
) -> _Parser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=about,
        epilog=f"examples:\n{examples.strip(chr(10))}",
        formatter_class=_AsWritten,
    )
    parser.set_defaults(module=module)
    return parser


def _add_model(parser: _Parser) -> None:
    parser.add_argument(
        "--model",
        default=MODEL_FILE,
        metavar="FILE",
        help=f"the scoring model (default: {MODEL_FILE})",
    )


def _add_model_of_stack(parser: _Parser) -> None:
    parser.add_argument(
        "--model",
        metavar="FILE",
        help="the scoring model (default: the one that runs on this machine; "
        f"for a stack in AWS {MODEL_FILE})",
    )


def _add_report(parser: _Parser) -> None:
    parser.add_argument("--json", action="store_true", help="everything as one JSON object")
    parser.add_argument("--html", metavar="FILE", help="write a report with charts to this file")


def _add_language(
    parser: _Parser, about: str = "language of the reasons", default: str | None = "en"
) -> None:
    parser.add_argument("--language", choices=LANGUAGES, default=default, help=about)


def _add_stack(parser: _Parser, *, default: str | None = None) -> None:
    parser.add_argument(
        "--stack",
        metavar="NAME",
        default=default,
        help="a stack in AWS, such as LeadScoring (default: what runs on this machine)",
    )
    parser.add_argument("--region", default=default, help="its AWS Region (default: AWS_REGION)")
    parser.add_argument("--profile", default=default, help="AWS profile (default: AWS_PROFILE)")
