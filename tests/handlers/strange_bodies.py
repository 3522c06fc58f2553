"""Bodies nobody would send: bytes, texts by a grammar of their own, and good ones with damage.

All chance comes from one generator, so that a number names a body. Texts are written letter by
letter, not by `json.dumps`: keys twice, numbers past all bounds and brackets without end are what
a stranger's program writes, and no value of Python is.
"""

import json
import string
import urllib.parse
from collections.abc import Callable
from random import Random

from tests.handlers.lambda_stage import EVENTS, MODEL, message, sample

FIELDS = (
    *MODEL["fields"],
    *("email", "E-Mail", "Stanowisko", "liczba pracowników", "full_name", "submission_id", "test"),
    *("_next", "utm_source", "utm_campaign", "referrer", "marketing_consent", "fax_extension"),
    *("score", "__proto__", "constructor", "", "fields[email][value]", "fields[email][title]"),
)
PARTS_OF_A_LINE = (
    *("id", "lead", "email", "at", "kind", "v", "answers", "machine", "test", "import", "consent"),
    *("path", "method", "user_agent", "network", "utm_source", "points", "form", "activities"),
)
PARTS_OF_AN_EVENT = (
    *("source", "account", "detail-type", "time", "id", "detail", "region", "resources"),
    *("mail", "click", "eventType", "event", "properties", "context", "traits", "type"),
)
NUMBERS = (
    *("0", "-0", "-0.0", "1", "11", "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1e-400"),
    *("9" * 41, "9" * 5000, "0.1", "01", "+1", ".5", "5.", "1e", "9223372036854775808", "0x10"),
)
WORDS = (
    *("anna@example.com", "a@b", "@", "ANNA@EXAMPLE.COM ", "a@bücher.example", "\u212a@a.co"),
    *("yes", "on", "11-50", "1 000,5", "do 10 tys.", "Polska", "https://a.co", "javascript:x"),
    *("+48 600 100 200", "2026-11-23", "2026-11-23T09:59:00Z", "2026-11-23T09:59:60+01:00"),
    *("page_viewed", "form_submitted", "sales_answered", "email_clicked", "email_bounced"),
    *("example.website", "aws.ses", "Email Clicked", "track", "demo", "..", "'", "\\", "</script>"),
    *("\ud800", "\udfff", "\x00", "\r\n", "\t", "\u202e", "\u200b", "\ufffe", "\U0001f389", "ﬃ"),
)
LETTERS = (
    string.ascii_letters + string.digits + ' "\\/{}[]:,.-+@%&=;\n\t\x00\x7f\x85ąłß\u0301\u2028'
)
# what expressions that look twice at the same letters take long over
DRUMS = (
    *("\ufdfa", "⑴", "⒈", "½", "㍢", "ẞ", "a ", "k ", "(a", "a)", "1k", "od", "1'1", "+/-", "- 1"),
    *("1", "1 ", "1,", "1.", "1'", "-", "- ", "a", "a.", "a-", "a@", "@", " ", "\t", "+", "(", ")"),
    *("()", "0 ", "é", "\u0301", "\u1e9e", "ß", "ﬃ", "xn--", "xn--a.", "//", "a:", "[", "{", '"'),
    *(
        '\\"',
        "\\\\",
        "%41",
        "=",
        "&",
        ";",
        ",",
        "tys. ",
        "od ",
        "1-",
        "1 do ",
        "~",
        "< ",
        "/0",
        "_",
    ),
)
_DEPTH = 7

Body = str | bytes
Maker = Callable[[Random], Body]


def any_bytes(draw: Random) -> bytes:
    """Bytes: mostly few, sometimes up to the limit of a body and past it."""
    size = draw.choice([draw.randint(0, 40), draw.randint(0, 300), draw.choice([16_384, 16_385])])
    if draw.random() < 0.5:
        return draw.randbytes(size)
    return bytes(draw.choices(b'{}[]":,\\u0123d89eE+-.tfn \xff\xc3\xa9', k=size))


def drummed(draw: Random) -> str:
    """The same letters again and again in a field of a form or its name, up to a body's limit."""
    times = draw.choice([8, 40, 66, 100, 200, 2000, 15_000])
    text = draw.choice(["", "1", "a@", "https://", "+"]) + draw.choice(DRUMS) * times
    text = text[: draw.choice([200, 4096, 15_900])] + draw.choice(["", "!", "x", "@", "1"])
    name, value = draw.choice(FIELDS), text
    if draw.random() < 0.2:
        name, value = text, draw.choice(WORDS)
    return f'{{"email": "anna@example.com", {json.dumps(name)}: {json.dumps(value)}}}'


def grammar(draw: Random) -> str:
    """Something like the JSON of a form, mostly of somebody."""
    text = _object(draw, FIELDS, depth=0)
    if draw.random() < 0.3 or text == "{}":
        return text
    return '{"email": "anna@example.com", ' + text[1:]


def urlencoded(draw: Random) -> str:
    """Something like a form posted by a page."""
    pairs = ["email=anna%40example.com"] if draw.random() < 0.7 else []
    for _ in range(draw.choice([0, 1, 3, 8, 60, 120])):
        name, value = draw.choice([*FIELDS, _text(draw)]), _text(draw)
        pairs.append(draw.choice(["&", "&&", ";"]).join([_quoted(draw, name)]))
        pairs[-1] += draw.choice(["=", "=", "=", "", "=="]) + _quoted(draw, value)
    return "&".join(pairs)


def damaged_form(draw: Random) -> bytes:
    """A good form, damaged."""
    return _damaged(draw, draw.choice(_FORMS))


def damaged_message(draw: Random) -> str:
    """A good message of the queue, damaged."""
    return _damaged(draw, draw.choice(_MESSAGES)).decode(errors="surrogateescape")


def grammar_of_an_activity(draw: Random) -> str:
    """Something like an event of the bus, whole or in parts."""
    line = _object(draw, PARTS_OF_A_LINE, depth=1)
    detail = draw.choice(
        [
            line,
            f'{{"activities": [{line}, {_value(draw, depth=1)}]}}',
            _object(draw, PARTS_OF_AN_EVENT, depth=0),
            json.dumps(line),
            _value(draw, depth=0),
        ]
    )
    event = json.dumps(message("?", source=draw.choice(WORDS), time=draw.choice(WORDS)))
    return draw.choice([event.replace('"?"', detail), detail, _object(draw, _ENVELOPE, depth=0)])


def good_line(draw: Random) -> str:
    """An activity that is almost right, with some of its parts odd."""
    line = {
        "id": "1",
        "lead": "anna@example.com",
        "at": "2026-11-23T09:59:00Z",
        "kind": "page_viewed",
    }
    kinds = ("page_viewed", "form_submitted", "sales_answered", "email_bounced")
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in line.items()]
    parts += [f'"kind": {json.dumps(draw.choice(kinds))}'] if draw.random() < 0.1 else []
    for _ in range(draw.randint(0, 6)):
        parts.append(
            f"{json.dumps(draw.choice([*PARTS_OF_A_LINE, _text(draw)]))}: {_value(draw, 2)}"
        )
    answers = _object(draw, FIELDS, depth=2)
    detail = "{" + ", ".join(parts) + draw.choice(["", f', "answers": {answers}']) + "}"
    return json.dumps(message("?")).replace('"?"', detail)


OF_JSON: tuple[Maker, ...] = (any_bytes, grammar, damaged_form, drummed)
OF_PAGES: tuple[Maker, ...] = (any_bytes, urlencoded)
OF_QUEUES: tuple[Maker, ...] = (damaged_message, grammar_of_an_activity, good_line)
_ENVELOPE = ("ingested_at", "event", "form", "replayed", "fields")
_FORMS = tuple(
    json.loads(file.read_text("utf-8"))["body"].encode()
    for file in sorted(EVENTS.glob("*form_*.json"))
    if '"pathParameters"' in file.read_text("utf-8")
)
_MESSAGES = tuple(
    record["body"].encode()
    for file in sorted(EVENTS.glob("*.json"))
    if '"Records"' in file.read_text("utf-8")
    for record in sample(file.stem)["Records"]
)


def _damaged(draw: Random, body: bytes) -> bytes:
    for _ in range(draw.choice([1, 1, 2, 4, 9])):
        start = draw.randrange(len(body) + 1)
        end = min(len(body), start + draw.choice([0, 1, 1, 2, 5, 30]))
        piece = draw.choice(
            [
                b"",
                draw.randbytes(end - start),
                body[start:end] * draw.choice([2, 2, 50]),
                draw.choice([*NUMBERS, *WORDS]).encode(errors="surrogatepass"),
                json.dumps(draw.choice(WORDS)).encode(),
                draw.choice([b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"true"])
                * draw.choice([1, 1, 3, 60, 3000]),
            ]
        )
        body = (body[:start] + piece + body[end:])[:60_000]
    return body


def _object(draw: Random, names: tuple[str, ...], depth: int) -> str:
    number = draw.choice([0, 1, 2, 4, 8] if depth < 2 else [0, 1])
    parts = [
        f"{_string(draw, draw.choice(names) if draw.random() < 0.8 else _text(draw))}"
        f"{draw.choice([':', ': ', ' :'])}{_value(draw, depth + 1)}"
        for _ in range(number)
    ]
    return "{" + draw.choice([",", ", "]).join(parts) + draw.choice(["}"] * 30 + ["", ",}", "}}"])


def _value(draw: Random, depth: int) -> str:
    kind = draw.random()
    if kind < 0.5:
        return _string(draw, draw.choice(WORDS) if draw.random() < 0.7 else _text(draw))
    if kind < 0.65:
        return draw.choice(NUMBERS) if draw.random() < 0.5 else str(draw.randint(-99, 99_999))
    if kind < 0.75 or depth > _DEPTH:
        return draw.choice(["null", "true", "false", '""', "[]", "{}", "nul", ""])
    if kind < 0.88:
        return (
            "["
            + ", ".join(_value(draw, depth + 1) for _ in range(draw.choice([1, 2, 3, 21])))
            + "]"
        )
    return _object(draw, FIELDS, depth + 1)


def _string(draw: Random, text: str) -> str:
    if draw.random() < 0.97:
        return json.dumps(text, ensure_ascii=draw.random() < 0.5)
    return f'"{text}'


def _text(draw: Random) -> str:
    size = draw.choice([1, 3, 10, 30]) if draw.random() < 0.95 else draw.choice([201, 600, 5000])
    return "".join(draw.choices(LETTERS, k=size))


def _quoted(draw: Random, text: str) -> str:
    if draw.random() < 0.1:
        return text + draw.choice(["%", "%4", "%zz", "%ff", "%u0041", "+"])
    return urllib.parse.quote_plus(text, errors="surrogatepass")
