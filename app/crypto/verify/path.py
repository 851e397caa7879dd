"""The search for a path from a certificate to a trust anchor (RFC 5280, 6; RFC 4158).

Bounded, because what it searches comes with the document.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import get_args

from app.crypto.verify.certificate import Certificate, Unreadable, load
from app.crypto.verify.names import Name
from app.crypto.verify.policies import PolicySettings
from app.crypto.verify.reasons import NO_PATH, PATH_INVALID, Failure
from app.crypto.verify.trust import Anchor, Purpose, Trust
from app.crypto.verify.usage import check_known, check_purpose
from app.crypto.verify.validation import check_period, check_strength, validate
from app.errors import N_
from app.model import VerdictName

_MOST_CERTIFICATES = 1000  # of those that came with the document
_MOST_SIGNATURES = 200  # of authorities that are tried, hence chains, the shortest first
_DEEPEST = 12  # certificates below the anchor

Chain = tuple[Certificate, ...]  # leaf first
Judge = Callable[[Chain, Chain], None]
_Pool = Mapping[Name, Sequence[Certificate]]
_Tops = Mapping[Name, Sequence[tuple[Anchor, Certificate]]]
_mildness = get_args(VerdictName).index


@dataclass(frozen=True, slots=True)
class Path:
    """A valid path: DER from the leaf up to what `anchor` issued, or the anchor itself as leaf.

    `policies` are the dotted OIDs under which all accept it; "2.5.29.32.0" stands for any.
    """

    certificates: tuple[bytes, ...] = field(repr=False)
    anchor: Anchor
    policies: frozenset[str] = frozenset()

    @property
    def direct(self) -> bool:
        """Whether the leaf is trusted by itself."""
        return self.anchor.certificate == self.certificates[0]

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER from the leaf up to the anchor."""
        return self.certificates if self.direct else (*self.certificates, self.anchor.certificate)


def find(
    leaf: bytes,
    pool: Iterable[bytes],
    trust: Trust,
    at: datetime,
    purpose: Purpose,
    proven: bool = False,
    settings: PolicySettings = PolicySettings(),  # noqa: B008 - frozen
) -> Path:
    """The first valid path from a certificate to an anchor for `purpose`.

    Those to a PSrE go first, then shorter ones; that the leaf itself is an anchor comes last.
    `leaf` and `pool` are DER, the pool in any order. `at` is aware; `proven` says that the leaf
    was used then, and not just before. Raises Failure: of several paths that fail the mildest.
    """

    def judge(below: Chain, whole: Chain) -> None:
        check_purpose(below, purpose)
        check_period(below, at, proven)
        check_strength(whole, trust.policy, at, proven)

    try:
        first = load(leaf)
    except Unreadable:
        raise Failure(PATH_INVALID(what=N_("the certificate cannot be read"))) from None
    anchors = tuple(anchor for anchor in trust.anchors if purpose in anchor.purposes)
    return search(first, (*pool, *trust.certificates), anchors, judge, settings)


def search(
    leaf: Certificate,
    pool: Iterable[bytes],
    anchors: tuple[Anchor, ...],
    judge: Judge,
    settings: PolicySettings = PolicySettings(),  # noqa: B008 - frozen
) -> Path:
    """The first path that is valid and that `judge` lets pass. Both raise Failure.

    `judge` gets the certificates below the anchor, and the whole chain.
    """
    failures, sorted_pool = [], _by_subject(pool)
    for certified in (True, False):
        tops = _tops(tuple(anchor for anchor in anchors if anchor.certified is certified))
        for chain, anchor in _chains(leaf, sorted_pool, tops):
            try:
                return _validated(chain, anchor, judge, settings)
            except Failure as failure:
                failures.append(failure)
    raise max(failures, key=lambda f: _mildness(f.reason.verdict), default=Failure(NO_PATH()))


def _validated(chain: Chain, anchor: Anchor, judge: Judge, settings: PolicySettings) -> Path:
    path = Path(tuple(certificate.der for certificate in chain), anchor)
    if path.direct:
        check_known(chain[0])
        judge(chain, chain)
        return path
    top = load(anchor.certificate)
    policies = validate(chain, top, settings)
    judge(chain, (*chain, top))
    return replace(path, policies=policies)


def _chains(leaf: Certificate, pool: _Pool, tops: _Tops) -> Iterator[tuple[Chain, Anchor]]:
    """Every chain that an anchor issued, by name and by key, within the bounds; or is, itself."""
    if not tops:
        return
    begun: deque[Chain] = deque([(leaf,)])
    signatures = 0
    while begun:
        chain = begun.popleft()
        last = chain[-1]
        for anchor, certificate in tops.get(last.issuer, ()):
            if last.issued_by(certificate):
                yield chain, anchor
        if len(chain) == _DEEPEST:
            continue
        # A loop comes back to a name with the same key, in whichever certificate.
        seen = {(certificate.subject, certificate.key) for certificate in chain}
        for issuer in pool.get(last.issuer, ()):
            if (issuer.subject, issuer.key) in seen or signatures == _MOST_SIGNATURES:
                continue
            signatures += 1
            if last.issued_by(issuer):
                begun.append((*chain, issuer))
    yield from (((leaf,), a) for a, c in tops.get(leaf.subject, ()) if c == leaf)


def _by_subject(pool: Iterable[bytes]) -> _Pool:
    found = defaultdict(list)
    for der in islice(pool, _MOST_CERTIFICATES):
        with suppress(Unreadable):  # it helps nobody, but it stands in nobody's way
            certificate = load(der)
            found[certificate.subject].append(certificate)
    return found


@lru_cache(maxsize=8)
def _tops(anchors: tuple[Anchor, ...]) -> _Tops:
    """Anchors by their names, which several may share."""
    found = defaultdict(list)
    for anchor in anchors:
        with suppress(Unreadable):
            certificate = load(anchor.certificate)
            found[certificate.subject].append((anchor, certificate))
    return found
