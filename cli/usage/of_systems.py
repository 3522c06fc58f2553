"""The commands that work with a running system, and look after it."""

import argparse

from cli.usage.parts import (
    FACTS,
    MODEL_FILE,
    STACK,
    Commands,
    Parser,
    add_language,
    add_model_of_stack,
    add_stack,
    command,
)


def _show(commands: Commands) -> None:
    parser = command(
        commands,
        "show",
        "cli.show_lead",
        "show one lead of the running system: its score now, and why",
        "Show a lead as it is at this very moment: score with its reasons, what becomes of it if\n"
        "nothing happens, its answers, where it came from, and its alert.\n\n" + STACK,
        """
  lead-scoring show anna@example.com
  lead-scoring show anna@example.com --at 2026-11-01T00:00:00Z
  lead-scoring show anna@example.com --json --stack LeadScoring
""",
    )
    parser.add_argument("email", metavar="EMAIL", help="the lead's e-mail address")
    add_model_of_stack(parser)
    parser.add_argument("--at", metavar="INSTANT", help="as of this instant (default: now)")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    add_language(parser)
    add_stack(parser)


def _send(commands: Commands) -> None:
    parser = command(
        commands,
        "send",
        "cli.send_facts",
        "put the facts of a file into the running system",
        "Put facts into the running system, through its event bus. Sending a fact again changes\n"
        "nothing, so an interrupted command is simply repeated. All lines are checked before the\n"
        "first is sent.\n\n" + FACTS + "\n" + STACK,
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
    add_model_of_stack(parser)
    add_stack(parser)


def _pull(commands: Commands) -> None:
    parser = command(
        commands,
        "pull",
        "cli.pull_facts",
        "get the facts of a period out of the running system, as a fact file",
        "Write all facts of a period into a fact file. An interrupted pull with --out goes on\n"
        "where it stopped when it is repeated with the same options.\n\n" + STACK,
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
    add_model_of_stack(parser)
    add_stack(parser)


def _status(commands: Commands) -> None:
    parser = command(
        commands,
        "status",
        "cli.status",
        "does anything of the running system need attention?",
        "Look at the queues, the schedule, the alerts that are late, and who is told of them.\n"
        "Exit code 0: all is well; 1: something needs attention, and is named. The limits are\n"
        "those of the alarms. Refused messages are counted, and need nobody at once. A local\n"
        "system does not know the age of messages.\n\n" + STACK,
        """
  lead-scoring status
  lead-scoring status --stack LeadScoring
""",
    )
    add_stack(parser)


def _refused(commands: Commands) -> None:
    parser = command(
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
        + STACK,
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
    add_stack(parser)


def _redrive(commands: Commands) -> None:
    parser = command(
        commands,
        "redrive",
        "cli.redrive",
        "bring dead letters back to the queue they came from",
        "Move what waits in a queue of dead letters back to its queue, after the cause is mended.\n"
        "Only what was there at the start is moved, each message once; facts that were recorded\n"
        "before count once. QUEUE is ActivityDeadLetters, ParkingDeadLetters or BusDeadLetters\n"
        "(activity, parking, bus). What the other dead letters need is said when you name them.\n\n"
        + STACK,
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
    add_stack(parser)


def _export(commands: Commands) -> None:
    parser = command(
        commands,
        "export",
        "cli.export_lead",
        "write everything that is stored of a person, as JSON",
        "Write everything that is stored of one person as one JSON object: the lead and why its\n"
        "score is what it is, its item as it lies in the table, and every fact with the instant\n"
        "it was received.\n\n" + STACK,
        """
  lead-scoring export anna@example.com
  lead-scoring export anna@example.com --stack LeadScoring > anna.json
""",
    )
    parser.add_argument("email", metavar="EMAIL", help="the person's e-mail address")
    add_model_of_stack(parser)
    add_stack(parser)


def _erase(commands: Commands) -> None:
    parser = command(
        commands,
        "erase",
        "cli.erase_command",
        "forget a person for good",
        "Delete the lead and its whole history, and refuse whatever is still on its way. A day\n"
        "later the history is deleted once more. Only a new form by the person makes a new lead.\n"
        "Repeating the command is harmless.\n\n"
        "--after-restore erases again, as of then, everybody who was ever erased: after a restore\n"
        "of the tables, and before messages and forms are let in.\n\n" + STACK,
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
    add_stack(parser)


def _team(commands: Commands) -> None:
    parser = command(
        commands,
        "team",
        "cli.team_command",
        "who sells, and who of them may sign in",
        "The team stands in the list `team` of cdk.json: who sells, what is theirs, when they are\n"
        "away. Owners and alerts follow from it with make deploy, sign-ins by this command.\n\n"
        "  list          the team, and who may sign in (also when nothing is said)\n"
        "  add [MAIL]    invite one of the list by mail, or all who are missing; put roles right\n"
        "  remove MAIL   end a sign-in; asks first\n\n" + STACK,
        """
  lead-scoring team
  lead-scoring team add --stack LeadScoring
  lead-scoring team add kasia@example.com --stack LeadScoring
  lead-scoring team remove kasia@example.com --stack LeadScoring
""",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    listing = actions.add_parser("list", help="the team, and who may sign in")
    adding = actions.add_parser("add", help="invite one of the list, or all who are missing")
    adding.add_argument("mail", nargs="?", metavar="MAIL", help="one of the list")
    removing = actions.add_parser("remove", help="end a sign-in")
    removing.add_argument("mail", metavar="MAIL", help="whose")
    removing.add_argument("--yes", action="store_true", help="do not ask first")
    add_stack(parser)
    for action in (listing, adding, removing):
        add_stack(action, default=argparse.SUPPRESS)


def _publish(commands: Commands) -> None:
    parser = command(
        commands,
        "publish",
        "cli.publish_command",
        "let a model go live, after it is said what that changes",
        "Lint a model, score every lead under it and under the live one, say how many are hot,\n"
        "warm and cold before and after and which rules do that, whether it tells better who buys\n"
        "by the outcomes that are stored (with the libraries of analysis), ask, and deploy it.\n"
        "Every lead is scored anew then; nobody is alerted for it. To go back, publish an old\n"
        "version.\n\n" + STACK,
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
    add_stack(parser)


def _models(commands: Commands) -> None:
    parser = command(
        commands,
        "models",
        "cli.models_command",
        "which models were live, and since when",
        "List the models that went live, the newest first, with the newest line of each one's\n"
        "changelog; or print one of them as it was written.\n\n" + STACK,
        """
  lead-scoring models
  lead-scoring models 9b886e8b4bbb > scoring-model.yaml
""",
    )
    parser.add_argument("version", nargs="?", metavar="VERSION", help="print this one")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_stack(parser)


def _ignore(commands: Commands) -> None:
    parser = command(
        commands,
        "ignore",
        "cli.ignore_command",
        "take back the points of what was a machine's after all",
        "Say which activities were a scanner's: at a mail domain, of a user agent, of a network.\n"
        "It is shown how many facts of how many leads that is and what it changes, and asked. The\n"
        "verdict is put under `ignore` in the model and published: every lead loses the points of\n"
        "what it covers, and new facts that it covers earn none. Forms and what sales did always\n"
        "count. --undo takes a verdict out again, and with it everything it did. Without options\n"
        "the verdicts of the model are listed.\n\n" + STACK,
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
    add_stack(parser)


def _rescore(commands: Commands) -> None:
    parser = command(
        commands,
        "rescore",
        "cli.rescore_command",
        "score all leads anew, or see how far that is",
        "After a deployment that changed the model all leads are scored anew by itself, within\n"
        "minutes. Nobody is alerted for it: managers get one digest that tells how many leads\n"
        "turned hot and cold, and the first of them. --watch and --status show how far it is.\n\n"
        "Without either a rescore is begun now. A lead that is under the live model already is\n"
        "left as it is: every minute sees to it that what is stored of it is right.\n\n" + STACK,
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
    add_stack(parser)


def _review(commands: Commands) -> None:
    parser = command(
        commands,
        "review",
        "cli.review_command",
        "does the model still tell who buys? the newest week, by band and by rule",
        "Once a week the system counts all leads: how many are hot, warm and cold and have the\n"
        "points of each rule, how many of those were contacted, and how they ended. A lead that\n"
        "ended within 90 days counts as it stood just before. In brackets stands the week counted\n"
        "before. `review: {hot_wins_below: 20, after: 180 days}` in the model says when alarms\n"
        "ring.\n\n" + STACK,
        """
  lead-scoring review --stack LeadScoring
  lead-scoring review --now                     # count this week again, then show it
  lead-scoring review --json | jq '.week.rules'
""",
    )
    parser.add_argument("--now", action="store_true", help="count anew first, and wait for it")
    parser.add_argument("--json", action="store_true", help="everything, as one JSON object")
    add_stack(parser)


OF_SYSTEMS = (
    _show,
    _send,
    _pull,
    _status,
    _refused,
    _redrive,
    _export,
    _erase,
    _team,
    _publish,
    _models,
    _ignore,
    _rescore,
    _review,
)
