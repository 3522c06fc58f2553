import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "websites.md"
SOURCES = [  # but for what only callers of the sales API hear
    *(ROOT / "functions" / "intake").glob("*.py"),
    *(
        path
        for path in (ROOT / "functions" / "entrances").glob("*.py")
        if not path.name.startswith("sales_")
    ),
]
CODE_IN = {"AnswerError": 0, "UnreadError": 0, "UnreadableJsonError": 0, "_WholeRefusedError": 0}
CODE_IN |= {"RequestError": 1, "Mistake": 1}


def codes_told() -> Iterator[str]:
    """Every code that the source gives to one of the errors a sender hears of."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = CODE_IN.get(node.func.id)
            if place is None or len(node.args) <= place:
                continue
            argument = node.args[place]
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def test_the_page_for_websites_names_every_code_a_sender_may_hear() -> None:
    page = PAGE.read_text(encoding="utf-8")
    codes = set(codes_told())
    assert len(codes) > 30
    assert {code for code in codes if f"`{code}`" not in page} == set()
