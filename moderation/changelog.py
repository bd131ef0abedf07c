"""The public log: appends each decision's entry, signs checkpoints, exports lines."""

import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import F

from datasets_app.models import Dataset, Item
from hayward.log import checkpoint as checkpoints
from hayward.log import disclosures, entries, merkle, notes
from moderation import policy
from moderation.kinds import Action
from moderation.models import Checkpoint, DatasetLog, Decision, Disclosure, Entry, Finding, SubjectKey, User

BATCH = 2000
NONCE_BYTES = 12
# What a decision is called in the log; "not sure" leaves the item flagged for another moderator.
ACTS = {
    Action.KEEP: "keep",
    Action.REDACT: "redact",
    Action.REMOVE: "remove",
    Action.LABEL: "label",
    Action.NOT_SURE: "flag",
    Action.RESTORE: "restore",
}


class LogKeyMissing(Exception):
    """The file with the log's signing key is not there."""


class LogDamaged(Exception):
    """A stored entry does not hash to its stored leaf; nothing is signed."""


def origin(dataset: Dataset) -> str:
    """The log's origin, which is also its key's name: a schema-less URL (C2SP tlog-checkpoint)."""
    return f"{settings.HAYWARD_PUBLIC_HOST}/log/{dataset.slug}"


def append(*, decision: Decision, at: datetime) -> Entry:
    """Write the decision's entry as the next leaf of its dataset's log; to be called inside the decision's transaction.

    The log's row is locked until the commit, so sequence numbers have no gaps and follow the order of commits.
    """
    log = _locked_log(decision.dataset)
    committed = _committed(decision, log.size)
    body = entries.build(
        ds=decision.dataset.slug,
        seq=log.size,
        t=int(at.timestamp()),
        act=ACTS[Action(decision.action)],
        rsn=decision.clause,
        pol=f"{decision.policy_version}@{decision.policy_digest}",
        rev=decision.release.version if decision.release else None,
        ref=decision.overrides.entry.seq if decision.overrides else None,
        mdl=_model(decision),
        sd=disclosures.commit([text for _, text, _ in committed]),
    )
    entry = Entry.objects.create(
        log=log, seq=log.size, body=body, leaf=merkle.leaf_hash(body), decision=decision
    )
    Disclosure.objects.bulk_create(
        Disclosure(entry=entry, name=name, subject=subject, sealed=seal(subject, text))
        for name, text, subject in committed
    )
    DatasetLog.objects.filter(pk=log.pk).update(size=F("size") + 1)
    return entry


def publish_checkpoint(*, log: DatasetLog, at: datetime) -> Checkpoint | None:
    """Sign the log's present head; gives None when nothing was appended since the last checkpoint.

    Each leaf is hashed again from the stored bytes first; raises `LogDamaged` and signs nothing when one differs.
    """
    with transaction.atomic():
        locked = DatasetLog.objects.select_for_update().get(pk=log.pk)
        last = locked.checkpoints.order_by("-size").first()
        if last and last.size >= locked.size:
            return None
        frontier = merkle.Frontier.from_bytes(last.size, bytes(last.frontier)) if last else merkle.Frontier()
        for entry in (
            locked.entries.filter(seq__gte=frontier.size, seq__lt=locked.size).order_by("seq").iterator(BATCH)
        ):
            frontier.append(_rehashed(entry))
        if frontier.size != locked.size:
            raise LogDamaged(f"{locked.origin} has {frontier.size} entries where {locked.size} were counted.")
        head = checkpoints.Checkpoint(origin=locked.origin, size=frontier.size, root=frontier.root())
        key = signing_key()
        return Checkpoint.objects.create(
            log=locked,
            size=head.size,
            root=head.root,
            frontier=frontier.to_bytes(),
            note=checkpoints.sign_checkpoint(head, key),
            vkey=notes.verifier_of(locked.origin, key).vkey,
            signed_at=at,
        )


def lines(*, dataset: Dataset, after: int = -1, limit: int | None = None) -> Iterator[bytes]:
    """The stored bytes of the entries after that sequence number, in order, as far as a checkpoint covers them."""
    covered = published_size(dataset)
    stop = covered if limit is None else min(covered, after + 1 + limit)
    rows = Entry.objects.filter(log__dataset=dataset, seq__gt=after, seq__lt=stop).order_by("seq")
    for body in rows.values_list("body", flat=True).iterator(BATCH):
        yield bytes(body)


def latest_checkpoint(dataset: Dataset) -> Checkpoint | None:
    """The newest signed head of the dataset's log."""
    return Checkpoint.objects.filter(log__dataset=dataset).order_by("-size").first()


def published_size(dataset: Dataset) -> int:
    """How many entries a checkpoint covers."""
    newest = latest_checkpoint(dataset)
    return newest.size if newest else 0


def signing_key() -> Ed25519PrivateKey:
    """The log's Ed25519 key, from the 32-byte hex seed in `HAYWARD_LOG_KEY_FILE`; raises `LogKeyMissing`."""
    path = Path(settings.HAYWARD_LOG_KEY_FILE)
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    except FileNotFoundError:
        raise LogKeyMissing(
            f"There is no signing key at {path}. Restore it, or run `manage.py create_keys`."
        ) from None


def seal(subject: SubjectKey, text: str) -> bytes:
    """The disclosure under the subject's own key: 12 bytes of nonce, then AES-256-GCM."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(subject).encrypt(nonce, text.encode(), None)


def unseal(subject: SubjectKey, sealed: bytes) -> str:
    """The disclosure that `seal` closed."""
    return _cipher(subject).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()


def _model(decision: Decision) -> str | None:
    """The screener whose surest finding falls under the decision's clause, as `name@version+config`; None for none."""
    kinds = policy.current().clause(decision.clause).kinds
    found = (
        Finding.objects.filter(item=decision.item, kind__in=kinds)
        .order_by("-score", "pk")
        .select_related("screening")
        .first()
    )
    if decision.item is None or found is None:
        return None
    config = next((row["config"] for row in found.screening.versions if row["name"] == found.screener), None)
    return f"{found.screener}@{found.version}+{config[:16]}" if config else None


def _locked_log(dataset: Dataset) -> DatasetLog:
    DatasetLog.objects.get_or_create(dataset=dataset, defaults={"origin": origin(dataset)})
    return DatasetLog.objects.select_for_update().get(dataset=dataset)


def _committed(decision: Decision, seq: int) -> list[tuple[str, str, SubjectKey]]:
    """Name, disclosure and subject of everything that the entry commits to without saying it."""
    actor = _subject_of_user(decision.by)
    said: list[tuple[str, object, SubjectKey]] = [("actor", decision.by.pseudonym, actor)]
    if decision.item:
        about = _subject_of_item(decision.item)
        said.append(("item", _address(decision.item), about))
        if decision.note:
            said.append(("note", decision.note, about))
    return [
        (
            name,
            disclosures.disclosure(
                disclosures.salt(_secret(subject), decision.dataset.slug, seq, name), name, value
            ),
            subject,
        )
        for name, value, subject in said
    ]


def _address(item: Item) -> str:
    rows = item.locations.order_by("pk").values_list("shard__path", "row")
    places = [[path, row] for path, row in rows]
    return json.dumps({"digest": item.digest, "places": places}, sort_keys=True, separators=(",", ":"))


def _subject_of_user(user: User) -> SubjectKey:
    return SubjectKey.objects.get_or_create(user=user, defaults={"secret": secrets.token_hex(32)})[0]


def _subject_of_item(item: Item) -> SubjectKey:
    return SubjectKey.objects.get_or_create(item=item, defaults={"secret": secrets.token_hex(32)})[0]


def _secret(subject: SubjectKey) -> bytes:
    return bytes.fromhex(subject.secret)


def _cipher(subject: SubjectKey) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hayward/disclosure/v1").derive(
        _secret(subject)
    )
    return AESGCM(derived)


def _rehashed(entry: Entry) -> bytes:
    leaf = merkle.leaf_hash(bytes(entry.body))
    if leaf != bytes(entry.leaf):
        raise LogDamaged(f"Entry {entry.seq} of {entry.log_id} does not hash to its leaf.")
    return leaf
