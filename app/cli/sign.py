"""`teken sign`: one or many files, a line for each, in the order they were given."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from app import actions, wiring
from app.actions import Decision, KeyFile, Outcome, Prepared, Services
from app.cli import keys, secrets
from app.cli.report import Report
from app.cli.terminal import Terminal
from app.errors import TekenError, UsageFault
from app.model import KeyInfo, Place

if TYPE_CHECKING:
    from app.actions import Session

SESSION_SECONDS = 3600.0  # the longest; the session ends with the command


async def run(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> int:
    """Sign what was named. Returns the exit status."""
    made = decision(chosen)
    jobs = actions.plan_batch(services, chosen.files, chosen.out, chosen.out_dir)
    report = Report(terminal, len(jobs))
    prepared: Sequence[Prepared] = [Prepared(job) for job in jobs]
    try:
        password = await secrets.password(chosen.password_file)
        signer = await _choose(chosen, services, terminal)
        info = signer.info if isinstance(signer, KeyFile) else signer
        prepared = await actions.prepare_batch(jobs, info)
        session = await _unlock(chosen, services, terminal, signer, prepared)
    except UsageFault:
        raise
    except TekenError as fault:  # what is not settled by now says why, file by file
        for item in prepared:
            report.add(item.outcome or Outcome(item.job, fault=fault))
        return report.end()
    async with aclosing(_sign(services, prepared, session, made, password)) as outcomes:
        async for outcome in outcomes:
            report.add(outcome)
    leads_nowhere = made.visible and services.link_base == wiring.LINK_BASE
    return report.end(info, leads_nowhere)


async def _choose(
    chosen: argparse.Namespace, services: Services, terminal: Terminal
) -> KeyInfo | KeyFile:
    """The key file that was named, else a key of the device, not yet unlocked."""
    if not chosen.p12:
        return await actions.find_key(services, chosen.key)
    p12 = await actions.read_file(chosen.p12, actions.KEY_FILE_LIMIT)
    passphrase = await secrets.passphrase(chosen.passphrase_file, terminal)
    key_file = await actions.open_key_file(p12, passphrase)
    algorithm = keys.with_algorithm(key_file.info.algorithm, chosen)
    if algorithm != key_file.info.algorithm:
        key_file = await actions.open_key_file(p12, passphrase, algorithm)
    return key_file


async def _unlock(
    chosen: argparse.Namespace,
    services: Services,
    terminal: Terminal,
    signer: KeyInfo | KeyFile,
    prepared: Sequence[Prepared],
) -> Session | None:
    """A session for exactly what is left to sign; none is opened, no PIN asked, for nothing."""
    waiting = {item.job.target: item.sha256 for item in prepared if item.outcome is None}
    hashes = tuple(waiting.values())
    if not hashes:
        return None
    if isinstance(signer, KeyFile):
        return await actions.use_key_file(services, signer, hashes, SESSION_SECONDS)
    pin = await secrets.pin(chosen.pin_file, terminal)
    return await actions.unlock(services, signer.name, pin, hashes, SESSION_SECONDS)


async def _sign(
    services: Services,
    prepared: Sequence[Prepared],
    session: Session | None,
    made: Decision,
    password: str,
) -> AsyncGenerator[Outcome, None]:
    if session is None:
        for item in prepared:
            if item.outcome is not None:
                yield item.outcome
        return
    try:
        async with aclosing(
            actions.sign_batch(services, prepared, session, made, password)
        ) as outcomes:
            async for outcome in outcomes:
                yield outcome
    finally:
        await actions.lock(session)


def decision(chosen: argparse.Namespace) -> Decision:
    """What was decided about every file of this run."""
    place = chosen.stamp if isinstance(chosen.stamp, Place) else None
    visible = chosen.stamp is not None
    if chosen.field and not chosen.no_stamp:  # its author gave it room, or none
        visible = True
    return Decision(
        visible=visible,
        place=place,
        field=chosen.field,
        certify=chosen.certify,
        reason=chosen.reason,
        location=chosen.location,
    )
