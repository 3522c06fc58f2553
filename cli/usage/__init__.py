"""What the commands are called, what they take, and how each is explained to people.

Nothing but argparse is imported here, so that `--help` answers at once.
"""

import argparse

from cli.usage.of_models import OF_MODELS
from cli.usage.of_systems import OF_SYSTEMS
from cli.usage.parts import AsWritten, Parser

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


def command_parser() -> argparse.ArgumentParser:
    """Build the whole command line. `module` of the result names what to run, None for nothing."""
    parser = Parser(prog="lead-scoring", description=_ABOUT, formatter_class=AsWritten)
    parser.set_defaults(module=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    for add in (*OF_MODELS, *OF_SYSTEMS):
        add(commands)
    return parser
