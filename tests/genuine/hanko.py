"""Signing with pyHanko: any level, key and form, at one fixed time of the time-stamp authority."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache

from asn1crypto import keys
from asn1crypto import x509 as asn1
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import get_pyca_cryptography_hash
from pyhanko.sign.signers.pdf_signer import DSSContentSettings
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import process_pss_params

from app.model import Level
from tests import pki
from tests.genuine.people import person

MINUTE = timedelta(minutes=1)


class _Signer(signers.SimpleSigner):
    """pyHanko loads an RSA key anew for each signature, which takes longer than all the rest."""

    key: pki.PrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if not isinstance(self.key, rsa.RSAPrivateKey):
            return super().sign_raw(data, digest_algorithm)
        if self.prefer_pss:
            mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
            return self.key.sign(data, *process_pss_params(mechanism["parameters"]))
        chosen = get_pyca_cryptography_hash(digest_algorithm)
        return self.key.sign(data, padding.PKCS1v15(), chosen)


@cache
def signer(who: str, pss: bool = False) -> signers.SimpleSigner:
    """pyHanko's signer for one of `people`."""
    identity = person(who)
    own, *above = map(asn1.Certificate.load, identity.chain)
    store = SimpleCertificateStore.from_certs(above)
    plain = isinstance(identity.key, rsa.RSAPrivateKey) and not pss
    # by that name for every digest: pyHanko knows no identifiers of RSA with SHA-3
    mechanism = SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}) if plain else None
    made = _Signer(own, _private(identity), store, mechanism, pss)
    made.key = identity.key
    return made


def _private(identity: pki.Identity) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(
        identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )


@cache
def time_stamper(minutes: int = 1, digest: str | None = None) -> DummyTimeStamper:
    """An authority whose clock stands still, so many minutes after everybody signed."""
    own, *above = map(asn1.Certificate.load, person("tsa").chain)
    store = SimpleCertificateStore.from_certs(above)
    time = pki.SIGNED_AT + minutes * MINUTE
    return DummyTimeStamper(own, _private(person("tsa")), store, time, override_md=digest)


def context(ocsp: Sequence[str] = ()) -> ValidationContext:
    """What pyHanko embeds: lists, or for those named an answer of the responder in their place."""
    issuing, root = (asn1.Certificate.load(c.public_bytes(Encoding.DER)) for c in (
        pki.issuing(), pki.root()))  # fmt: skip
    of_root, of_issuing = pki.clean_crls()
    answers = [
        pki.ocsp_response(person(name).certificates[0], next_update=pki.NOT_AFTER) for name in ocsp
    ]
    return ValidationContext(
        trust_roots=[root],
        crls=[of_root, *([] if ocsp else [of_issuing])],
        ocsps=answers,
        other_certs=[issuing, asn1.Certificate.load(person("tsa").chain[0])],
        moment=pki.SIGNED_AT + timedelta(hours=1),
        allow_fetching=False,
        revocation_mode="require",
    )


def writer(data: bytes, password: str = "") -> IncrementalPdfFileWriter:
    """An update of the file; lenient, or pyHanko would touch no hybrid file."""
    made = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    if password or made.prev.encrypted:
        made.encrypt(password)
    return made


def signed(
    data: bytes,
    who: str = "p256",
    level: Level = "B-B",
    *,
    field: str = "",
    new: SigFieldSpec | None = None,
    digest: str = "sha256",
    pss: bool = False,
    adobe: bool = False,
    stamp: BaseStampStyle | None = None,
    ocsp: Sequence[str] = (),
    store: DSSContentSettings | None = None,
    minutes: int = 1,
    password: str = "",
    texts: Mapping[str, str] | None = None,
    **more: object,
) -> bytes:
    """The file with one more signature.

    It goes into the field of that name, which is made where it is missing: as `new` says, else
    unseen. `adobe`: as adbe.pkcs7.detached. `store` says how the DSS is written. `minutes` are on
    the clock of the time stamps; `texts` are for the stamp. `more` goes to PdfSignatureMetadata.
    """
    sub_filter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED if adobe else SigSeedSubFilter.PADES
    evidence = level in ("B-LT", "B-LTA")
    metadata = signers.PdfSignatureMetadata(
        field_name=field or (new.sig_field_name if new else f"Oleh-{who}"),
        md_algorithm=digest,
        subfilter=sub_filter,
        embed_validation_info=evidence,
        validation_context=context(ocsp) if evidence else None,
        use_pades_lta=level == "B-LTA",
        **({"dss_settings": store} if store else {}),
        **more,  # type: ignore[arg-type]
    )
    stamper = None if level == "B-B" else time_stamper(minutes)
    sign = signers.PdfSigner(metadata, signer(who, pss), timestamper=stamper, stamp_style=stamp,
                             new_field_spec=new)  # fmt: skip
    return sign.sign_pdf(writer(data, password), appearance_text_params=texts).getvalue()


def sealed(data: bytes, minutes: int = 5, evidence: bool = False, password: str = "") -> bytes:
    """The file with a document time stamp; `evidence`: about its authority too."""
    stamper = signers.PdfTimeStamper(time_stamper(minutes))
    given = context() if evidence else None
    return stamper.timestamp_pdf(writer(data, password), "sha256", given).getvalue()


def archived(data: bytes, minutes: int = 60) -> bytes:
    """The file with the next time stamp of its chain."""
    out = io.BytesIO()
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    stamper = signers.PdfTimeStamper(time_stamper(minutes))
    stamper.update_archival_timestamp_chain(reader, context(), in_place=False, output=out)
    return out.getvalue()


def with_fields(data: bytes, *specs: SigFieldSpec) -> bytes:
    """The file with empty signature fields, as pyHanko makes them."""
    update = writer(data)
    for spec in specs:
        fields.append_signature_field(update, spec)
    return written(update)


def written(update: IncrementalPdfFileWriter) -> bytes:
    """The file with the update."""
    out = io.BytesIO()
    update.write(out)
    return out.getvalue()


def with_evidence(data: bytes, password: str = "") -> bytes:
    """The file with all evidence about its signatures in one DSS, in a revision of its own."""
    update = writer(data, password)
    given = context()
    certificates = [asn1.Certificate.load(der) for der in person("tsa").chain]
    certificates += [each.signer_cert for each in update.prev.embedded_regular_signatures]
    DocumentSecurityStore.supply_dss_in_writer(
        update, None, certs=certificates, crls=given.crls, ocsps=()
    )
    return written(update)
