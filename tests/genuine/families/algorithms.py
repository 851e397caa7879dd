"""pyHanko: every kind of key with every digest that the policy calls safe, both forms of CMS."""

from __future__ import annotations

from functools import partial

from tests.builders import form
from tests.genuine.hanko import signed
from tests.genuine.table import By, Family

FAMILY = Family("pyHanko algorithms")
DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
RSA = ("rsa2048", "rsa3072", "rsa4096")
CURVES = ("p256", "p384", "p521", "brainpool256", "brainpool384", "brainpool512")
DATA = form("cross-reference stream").data


def _add(who: str, digest: str, **more: bool) -> None:
    kind = "".join(f", {name}" for name in more)
    FAMILY.add(
        f"{who}, {digest}{kind}",
        partial(signed, DATA, who, digest=digest, **more),
        By(who, "" if "adobe" in more else "B-B"),
    )


for _digest in DIGESTS:
    for _who in RSA:
        _add(_who, _digest)
        _add(_who, _digest, pss=True)
    for _who in CURVES:
        _add(_who, _digest)
_add("ed25519", "sha512")
_add("ed25519", "sha512", adobe=True)
for _who in (*RSA, *CURVES):
    _add(_who, "sha256", adobe=True)
_add("rsa2048", "sha384", pss=True, adobe=True)
