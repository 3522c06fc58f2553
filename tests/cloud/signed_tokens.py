"""Tokens that no pool gives, signed as the local pool signs: what a gateway looks at beside the
signature can only be tried with a good one.

The local cloud keeps the keys of its pools in its own folder.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from infra.local.local_stack import LocalStack


def claims_of(token: str) -> dict[str, Any]:
    """What a token says."""
    return _read(token.split(".")[1])


def signed_again(stack: LocalStack, token: str, **changes: Any) -> str:
    """A token with other claims and a good signature; None takes a claim away."""
    folder = Path(stack.cloud.folder) / "state" / "cognito-pool-keys"
    pem = (folder / f"{stack.user_pool}-access.pem").read_bytes()
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return _signed(key, token, changes)


def signed_by_a_stranger(token: str, **changes: Any) -> str:
    """The same with a key that is not the pool's, under the name of the pool's."""
    return _signed(rsa.generate_private_key(65537, 2048), token, changes)


def _signed(key: rsa.RSAPrivateKey, token: str, changes: Mapping[str, Any]) -> str:
    told = claims_of(token) | dict(changes)
    kept = {name: value for name, value in told.items() if value is not None}
    content = f"{token.split('.', maxsplit=1)[0]}.{_written(json.dumps(kept).encode())}"
    signature = key.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{_written(signature)}"


def _read(part: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
