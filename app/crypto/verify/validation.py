"""Certification path validation (RFC 5280, 6.1), one clause after the other, without revocation.

The search for a path is `path`'s. Time and strength are looked at last: a chain that breaks a rule
is worse than one that is merely old.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from cryptography import x509

from app.crypto.verify.algorithms import Policy, weakness
from app.crypto.verify.certificate import Certificate
from app.crypto.verify.constraints import NameConstraints
from app.crypto.verify.policies import Policies, PolicySettings
from app.crypto.verify.reasons import (
    EXPIRED,
    EXPIRED_BEFORE,
    NOT_YET_VALID,
    PATH_INVALID,
    Failure,
)
from app.crypto.verify.usage import check_authority, check_known
from app.errors import N_


@lru_cache(maxsize=256)
def validate(
    chain: tuple[Certificate, ...], anchor: Certificate, settings: PolicySettings
) -> frozenset[str]:
    """The policies of a path, `chain` from the leaf up to what the anchor issued. Raises Failure.

    What the anchor's own certificate imposes is honoured (RFC 5937); its validity is not asked for.
    Pure, so what was found valid is kept: the same people sign again and again.
    """
    *authorities, leaf = reversed(chain)
    policies, constraints = Policies(len(chain), settings), NameConstraints()
    room = len(chain)  # max_path_length
    if anchor.version is not x509.Version.v1:  # as old as to say nothing of itself, but trusted
        check_authority(anchor)
    room = _room(anchor, room)
    constraints.add(anchor)
    issuer = anchor
    for certificate in authorities:
        _check_issued(certificate, issuer)  # 6.1.3 a
        if not certificate.self_issued:
            constraints.check(certificate)  # b, c
        policies.enter(certificate, last=False)  # d to f
        policies.leave(certificate)  # 6.1.4 a, b, h to j
        constraints.add(certificate)  # g
        check_authority(certificate)  # k, n
        if not certificate.self_issued:
            room -= 1  # l
        room = _room(certificate, room)  # m
        check_known(certificate)  # o
        issuer = certificate
    _check_issued(leaf, issuer)
    constraints.check(leaf)
    policies.enter(leaf, last=True)
    check_known(leaf)  # 6.1.5 f
    return policies.finish(leaf)  # a, b, g


def _check_issued(certificate: Certificate, issuer: Certificate) -> None:
    if not certificate.issued_by(issuer):
        raise Failure(PATH_INVALID(what=N_("a certificate is not by the one above it")))


def _room(authority: Certificate, room: int) -> int:
    """How many authorities may still follow."""
    if room < 0:
        raise Failure(PATH_INVALID(what=N_("there are more authorities than allowed")))
    constraints = authority.extension(x509.BasicConstraints)
    stated = constraints.path_length if constraints else None
    return room if stated is None else min(room, stated)


def check_period(chain: Sequence[Certificate], at: datetime, proven: bool) -> None:
    """Whether all were valid at a time (6.1.3 a 2); `proven`: it is that of the signature.

    Raises Failure.
    """
    for certificate in chain:
        if at < certificate.not_before:
            raise Failure(NOT_YET_VALID(date=f"{certificate.not_before:%Y-%m-%d}"))
    for certificate in chain:
        if at > certificate.not_after:
            kind = EXPIRED_BEFORE if proven else EXPIRED
            raise Failure(kind(date=f"{certificate.not_after:%Y-%m-%d}"))


def check_strength(
    whole: Sequence[Certificate], policy: Policy, at: datetime, proven: bool
) -> None:
    """Whether the signatures on certificates are safe; `whole` ends with the anchor.

    Its own signature proves nothing, so it is not asked about. Raises Failure.
    """
    for certificate, issuer in pairwise(whole):
        uses = policy.uses(certificate.signed.digest, issuer.key)
        for reason in weakness(uses, at, proven, certificate.not_before):
            raise Failure(reason)
