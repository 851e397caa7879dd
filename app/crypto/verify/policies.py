"""Certificate policies of a path, as a graph that cannot grow beyond its certificates.

RFC 5280, 6.1, in the form that RFC 9618 gave it: a tree of policies grows exponentially.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509

from app.crypto.verify.certificate import Certificate
from app.crypto.verify.reasons import PATH_INVALID, Failure
from app.errors import N_

ANY = "2.5.29.32.0"


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """What the user demands of a path (6.1.1 c, e, f, g); by default nothing."""

    acceptable: frozenset[str] = frozenset({ANY})  # dotted OIDs
    explicit: bool = False
    no_mapping: bool = False
    no_any: bool = False


@dataclass(slots=True)
class _Node:
    """A policy that is valid at its depth; `expected` are the policies that continue it below."""

    parents: set[str]
    expected: frozenset[str]


class Policies:
    """The state of policy processing; `length` is the number of certificates of the path."""

    def __init__(self, length: int, settings: PolicySettings) -> None:
        self._acceptable = settings.acceptable
        # A level for each certificate, below the one that stands for the anchor.
        self._graph = [{ANY: _Node(set(), frozenset({ANY}))}]
        # How many more certificates until each rule takes hold (6.1.2 d to f).
        self._explicit = 0 if settings.explicit else length + 1
        self._mapping = 0 if settings.no_mapping else length + 1
        self._any = 0 if settings.no_any else length + 1

    def enter(self, certificate: Certificate, last: bool) -> None:
        """Take a certificate into the path (6.1.3 d, e)."""
        stated = certificate.extension(x509.CertificatePolicies) or ()
        policies = {information.policy_identifier.dotted_string for information in stated}
        above = self._graph[-1]
        level = {policy: _child(policy, above) for policy in policies - {ANY}}
        if ANY in policies and (self._any or (certificate.self_issued and not last)):
            expected = {policy for node in above.values() for policy in node.expected}
            level |= {policy: _child(policy, above) for policy in expected - level.keys()}
        self._graph.append({policy: node for policy, node in level.items() if node.parents})

    def leave(self, certificate: Certificate) -> None:
        """Go on to what this authority issued (6.1.4 a, b, h to j). Raises Failure."""
        self._map(certificate.policy_mappings)
        if not certificate.self_issued:
            self._explicit = max(self._explicit - 1, 0)
            self._mapping = max(self._mapping - 1, 0)
            self._any = max(self._any - 1, 0)
        constraints = certificate.extension(x509.PolicyConstraints)
        if constraints is not None:
            self._explicit = _least(self._explicit, constraints.require_explicit_policy)
            self._mapping = _least(self._mapping, constraints.inhibit_policy_mapping)
        inhibit = certificate.extension(x509.InhibitAnyPolicy)
        self._any = _least(self._any, inhibit.skip_certs if inhibit else None)

    def finish(self, leaf: Certificate) -> frozenset[str]:
        """The policies that user and authorities agree on, with `ANY` where nobody limited them.

        6.1.5 a, b, g, and 6.1.3 f: policies that ended on the way do not come back. Raises Failure.
        """
        constraints = leaf.extension(x509.PolicyConstraints)
        demanded = constraints is not None and constraints.require_explicit_policy == 0
        agreed = self._of_authorities()
        if ANY not in self._acceptable:
            agreed = self._acceptable if ANY in agreed else agreed & self._acceptable
        if not agreed and (self._explicit <= 1 or demanded):
            raise _failure()
        return agreed

    def _map(self, mappings: Mapping[str, frozenset[str]]) -> None:
        """What an authority calls a policy goes by other names below it."""
        if ANY in mappings or any(ANY in equivalents for equivalents in mappings.values()):
            raise Failure(PATH_INVALID(what=N_("an authority equates its policies with any")))
        level = self._graph[-1]
        for policy, equivalents in mappings.items():
            if not self._mapping:
                level.pop(policy, None)
            elif policy in level:
                level[policy].expected = equivalents
            elif ANY in level:
                level[policy] = _Node({ANY}, equivalents)

    def _of_authorities(self) -> frozenset[str]:
        """The topmost policies that reach down to the leaf (RFC 9618, 5.4)."""
        found = {ANY} & self._graph[-1].keys()
        reached = set(self._graph[-1])
        for level in reversed(self._graph):
            found |= {policy for policy in reached if ANY in level[policy].parents} - {ANY}
            reached = {parent for policy in reached for parent in level[policy].parents}
        return frozenset(found)


def _child(policy: str, above: Mapping[str, _Node]) -> _Node:
    parents = {name for name, node in above.items() if policy in node.expected}
    return _Node(parents or {ANY} & above.keys(), frozenset({policy}))


def _least(skip: int, stated: int | None) -> int:
    return skip if stated is None else min(skip, stated)


def _failure() -> Failure:
    return Failure(PATH_INVALID(what=N_("no policy is accepted all along the chain")))
