"""Certificate policies beyond what PKITS asks: they cannot be made to take long, nor to crash."""

from __future__ import annotations

import time

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify.path import find
from app.crypto.verify.policies import ANY, PolicySettings
from app.crypto.verify.reasons import Failure
from tests import pki
from tests.crypto.verify.authorities import Holder, authority, root

ROOT = root()
MAPPINGS = x509.ObjectIdentifier("2.5.29.33")


def stating(*policies: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in policies]
    )


def mapping(*pairs: tuple[str, str]) -> x509.UnrecognizedExtension:
    rows = (der.sequence(*map(der.oid, pair)) for pair in pairs)
    return x509.UnrecognizedExtension(MAPPINGS, der.sequence(*rows))


def agreed(leaf: Holder, settings: PolicySettings) -> frozenset[str]:
    return find(
        leaf.der, leaf.pool, ROOT.trust, pki.SIGNED_AT, "signature", settings=settings
    ).policies


def signer(issuer: Holder, *more: x509.ExtensionType) -> Holder:
    extensions = [(pki.SIGNING_USAGE, True), *((each, False) for each in more)]
    return issuer.issue(pki.name_of("Signer"), pki.ec_key(3700), extensions)


EXPLICIT = PolicySettings(explicit=True)


def test_a_policy_must_be_stated_all_along_the_chain() -> None:
    issuer = authority(ROOT, "Issuer", 3701, stating("1.2.3", "1.2.4"))
    assert agreed(signer(issuer, stating("1.2.3")), EXPLICIT) == {"1.2.3"}
    for leaf in (signer(issuer), signer(issuer, stating("1.2.5"))):
        assert agreed(leaf, PolicySettings()) == set()
        with pytest.raises(Failure):
            agreed(leaf, EXPLICIT)


def test_a_leaf_may_demand_a_policy() -> None:
    issuer = authority(ROOT, "Issuer", 3705, stating("1.2.3"))
    demand = x509.PolicyConstraints(0, None)
    assert agreed(signer(issuer, stating("1.2.3"), demand), PolicySettings()) == {"1.2.3"}
    with pytest.raises(Failure):
        agreed(signer(issuer, demand), PolicySettings())


def test_a_policy_under_any_policy_may_be_mapped() -> None:
    issuer = authority(ROOT, "Issuer", 3706, stating(ANY), mapping(("1.2.3", "1.2.4")))
    assert agreed(signer(issuer, stating("1.2.4")), EXPLICIT) == {"1.2.3"}
    assert agreed(signer(issuer, stating("1.2.5")), EXPLICIT) == {"1.2.5"}


def test_large_arcs_of_identifiers_are_read() -> None:
    issuer = authority(
        ROOT, "Issuer", 3702, stating("2.16.360.1"), mapping(("2.16.360.1", "2.999.16384.3"))
    )
    leaf = signer(issuer, stating("2.999.16384.3"))
    assert agreed(leaf, EXPLICIT) == {"2.16.360.1"}


def test_mappings_that_multiply_do_not_take_long() -> None:
    """Each of ten authorities maps each of twenty policies to all: a tree would have 20**10."""
    policies = [f"1.2.{n}" for n in range(20)]
    every = mapping(*((a, b) for a in policies for b in policies))
    holder = ROOT
    for level in range(10):
        holder = authority(holder, f"Level {level}", 3710 + level, stating(*policies), every)
    leaf = signer(holder, stating(*policies))
    start = time.monotonic()
    assert agreed(leaf, EXPLICIT) == set(policies)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("pair", [(ANY, "1.2.3"), ("1.2.3", ANY)])
def test_any_policy_is_not_mapped(pair: tuple[str, str]) -> None:
    issuer = authority(ROOT, "Issuer", 3703, stating(ANY), mapping(pair))
    with pytest.raises(Failure) as caught:
        agreed(signer(issuer), PolicySettings())
    assert caught.value.reason.code == "path_invalid"


@given(value=st.binary(max_size=40))
def test_whatever_a_mapping_holds_the_failure_is_ours(value: bytes) -> None:
    odd = x509.UnrecognizedExtension(MAPPINGS, value)
    leaf = signer(authority(ROOT, "Issuer", 3704, odd))
    try:
        agreed(leaf, PolicySettings())
    except Failure as failure:
        assert failure.reason.code in ("path_invalid", "no_path")
