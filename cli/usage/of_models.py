"""The commands that work on a model, on one's own machine."""

from cli.usage.parts import (
    FACTS,
    MODEL_FILE,
    OUTCOMES,
    PEOPLE_FOLDER,
    Commands,
    add_language,
    add_model,
    add_report,
    add_stack,
    command,
)

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
    - {kind: webinar_attended, at: {column: Held, format: "%d.%m.%Y"},
       properties: {webinar: Webinar}}
  outcome:
    column: Stage
    won: Won
    lost: [Lost, Dropped]
    at: {column: Closed, format: "%d.%m.%Y"}
    amount: Value
  join:                                  # a second table beside it
    - {table: accounts.csv, on: Account, there: Name}
With one row an event, `event: {column: Event, kinds: {Visit: page_viewed}, properties: {...}}`
says which kinds its values are. `won: filled`, `lost: empty` and `lost: others` are words for any
cell, and `lost_after: 90 days` says when who did not buy counts as lost.
Instants are ISO 8601 unless `format` says how they are written, and in the zone of `at` unless
they name their own. A closing date without a time is the end of its day, any other the begin of it.
Further words:
  id: Deal number                        # where rows have ids of their own
  changed: Modified                      # when a row's answers were last written
  decimal: comma                         # or point; also of one column. Else its cells decide
  encoding: cp1252                       # of a CSV file without a mark that is not UTF-8
"""


def _new(commands: Commands) -> None:
    parser = command(
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
    add_language(parser, "language of the questions and of alerts")


def _score(commands: Commands) -> None:
    parser = command(
        commands,
        "score",
        "cli.score_command",
        "score the leads of a fact file",
        "Score every lead of one or more fact files under the model, at one instant; or one lead\n"
        "of the running system, also under a model that was live once and at a past instant.\n\n"
        + FACTS,
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
    add_language(parser)
    add_stack(parser)


def _try(commands: Commands) -> None:
    parser = command(
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
    add_model(parser)
    parser.add_argument(
        "--people",
        default=PEOPLE_FOLDER,
        metavar="FOLDER",
        help=f"folder of people, one fact file each (default: {PEOPLE_FOLDER})",
    )
    parser.add_argument(
        "--watch", action="store_true", help="again at each save of the model, until Ctrl-C"
    )
    add_language(parser)


def _lint(commands: Commands) -> None:
    parser = command(
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
    add_model(parser)


def _import(commands: Commands) -> None:
    parser = command(
        commands,
        "import",
        "cli.import_command",
        "turn a table of your CRM into a fact file",
        "Turn a CSV or Parquet table, one row a lead or one row an event, into a fact file. The\n"
        "report counts what of each column was empty, unknown or out of range, tells what was\n"
        "left out or decided, and names columns that look filled in after the outcome: a model\n"
        "must not learn from those. A later export of the table gives each fact the same id.\n"
        "Exit code 1 where not one fact came of it.\n\n" + _MAPPING,
        """
  lead-scoring import leads.csv --map leads-map.yaml
  lead-scoring import leads.csv --map leads-map.yaml --out leads.jsonl
  lead-scoring import events.parquet --map events-map.yaml --out events.jsonl --json
""",
    )
    parser.add_argument("table", metavar="TABLE", help="a CSV file or a Parquet file")
    parser.add_argument(
        "--map", required=True, metavar="MAP.yaml", help="what the columns of the table mean"
    )
    parser.add_argument(
        "--out", metavar="FACTS", help="write the facts to this file (default: report only)"
    )
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    add_model(parser)


def _learn(commands: Commands) -> None:
    parser = command(
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
        + FACTS
        + OUTCOMES,
        """
  lead-scoring learn facts.jsonl
  lead-scoring learn facts.jsonl --out proposal.yaml --html learned.html
  lead-scoring learn facts.jsonl --best --hot-share 10
  lead-scoring learn facts.jsonl --hot-precision 60 --cap 40 --out proposal.yaml
""",
    )
    parser.add_argument("facts", nargs="+", metavar="FACTS", help="a fact file")
    add_model(parser)
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
    add_report(parser)


def _verify(commands: Commands) -> None:
    parser = command(
        commands,
        "verify",
        "cli.verify_command",
        "hold the model's scores against what became of the leads",
        "Score every lead as it stood just before its outcome, and say whether the score was\n"
        "right: wins per band, precision and recall of hot, how well scores rank, whether each\n"
        "rule earns its points beside the others, and what moves from month to month.\n\n"
        "A rule or a trend is named only where chance does not explain it: of a hundred files\n"
        "with nothing wrong, at most one is said to have something wrong.\n\n" + FACTS + OUTCOMES,
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
    add_model(parser)
    parser.add_argument(
        "--at", metavar="INSTANT", help="read no fact after this instant (default: read all)"
    )
    parser.add_argument(
        "--by",
        metavar="FIELDS",
        help="fields whose values are looked at month by month, with commas; channel is where a "
        "lead came from (default: channel and industry)",
    )
    add_report(parser)


def _compare(commands: Commands) -> None:
    parser = command(
        commands,
        "compare",
        "cli.compare_command",
        "say whether a new model is better than the old one, on past leads",
        "Score past leads under two models, as they stood just before their outcome: who changes\n"
        "band and by which rules, how many alerts a week each would have sent, and how many wins\n"
        "the same number of calls reaches (as many as the model with more hot leads has).\n\n"
        "Exit code 0: the new model is better, or there is no difference at these numbers;\n"
        "3: it is worse; 1: a problem; 2: the command line was not understood.\n\n"
        + FACTS
        + OUTCOMES,
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
    add_report(parser)


def _form(commands: Commands) -> None:
    parser = command(
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
    add_model(parser)
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
    add_language(parser, "the form's language (default: that of the model's alerts)", None)
    add_stack(parser)


OF_MODELS = (_new, _score, _try, _lint, _import, _learn, _verify, _compare, _form)
