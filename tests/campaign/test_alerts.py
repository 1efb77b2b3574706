"""Alerts: what gives cause for one, that nobody is told twice, and a webhook that answers in every wrong way."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.tls.certificate import CertificateFact, SiteCertificate
from scanner.campaign.alerting import AlertDesk
from scanner.campaign.alerts import Alert, AlertKind, alerts, certificates
from scanner.campaign.webhook import PAUSES, Taken, Webhook
from scanner.catalogue import Catalogue
from scanner.delivery.outbox import Outbox
from scanner.delivery.states import State
from scanner.landscape import Landscape, Seen
from scanner.model import Domain, Finding, Host, Outcome, Reason, Severity, Site, Status, Unobserved
from scanner.net.cost import Cost
from scanner.net.tls_version import TlsVersion
from scanner.net.types import Trust
from scanner.result import ScanResult
from scanner.scoring import Perimeter, Score
from scanner.settings.correspondence import WebhookSettings
from scanner.store.engine import open_store
from tests.delivery.samples import bodies
from tests.followup.stage import MODEL, NEGLECTED, Stage, authority
from tests.store.stores import NewAddress

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOWN = Domain("x.fr")
SITES = (Site("x.fr", TOWN), Site("www.x.fr", TOWN))
HOST = Host("203.0.113.7")
SECRET = "un secret assez long"


def certificate(end: datetime | None) -> SiteCertificate:
    return SiteCertificate(CertificateFact(not_after=end), (), Trust.TRUSTED, "", TlsVersion.TLS1_3, "", "203.0.113.7")


def result(
    *ends: datetime | None, grade: str | None = "B", critical: bool = False, unseen: bool = False, at: datetime = NOW
) -> ScanResult:
    """A town with a certificate for each site, a grade, and a critical finding or none."""
    seen = Seen()
    for site, end in zip(SITES, ends, strict=False):
        seen.record(site, SiteCertificate, certificate(end))
    findings = (Finding(Severity.CRITICAL, {}, ("preuve",)),)
    found = (
        Outcome("services.database-open", HOST, Status.FAIL, findings)
        if critical
        else Outcome("services.database-open", HOST, Status.PASS)
    )
    if unseen:
        found = Outcome("services.database-open", HOST, Status.UNKNOWN, reason=Reason.TIMEOUT)
    score = Score(70 if grade else None, grade, 90, Perimeter.PUBLIC, ())
    return ScanResult(TOWN, at, at, Landscape(TOWN, (TOWN, *SITES, HOST)), seen, (found,), score, Cost(0, 0, 0, 0, 0.0, {}))


def kinds(found: tuple[Alert, ...]) -> list[AlertKind]:
    return [alert.kind for alert in found]


@pytest.mark.parametrize(
    ("left", "step"),
    [
        (timedelta(days=15), None), (timedelta(days=14, seconds=1), None), (timedelta(days=14), "14"), (timedelta(days=8), "14"),
        (timedelta(days=7), "7"), (timedelta(days=1, seconds=1), "7"), (timedelta(days=1), "1"), (timedelta(seconds=1), "1"),
        (timedelta(0), "0"), (timedelta(days=-400), "0"),
    ],
)  # fmt: skip
def test_a_certificate_is_told_of_at_fourteen_seven_and_one_day(left: timedelta, step: str | None) -> None:
    found = certificates(result(NOW + left), NOW)
    assert [alert.key.partition("/")[2] for alert in found] == ([] if step is None else [step])


def test_one_certificate_on_two_sites_is_one_alert() -> None:
    end = NOW + timedelta(days=3)
    assert [alert.names for alert in certificates(result(end, end), NOW)] == [("www.x.fr", "x.fr")]


def test_what_was_not_seen_gives_no_alert() -> None:
    blind = result(None, unseen=True, grade=None)
    blind.seen.record(SITES[1], SiteCertificate, Unobserved(Reason.TIMEOUT))
    assert alerts(result(critical=True), blind, NOW) == ()


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (result(), result(critical=True), [AlertKind.EXPOSURE]),
        (None, result(critical=True), [AlertKind.EXPOSURE]),
        (result(unseen=True), result(critical=True), [AlertKind.EXPOSURE]),
        (result(critical=True), result(critical=True), []),
        (result(critical=True), result(), []),
        (result(grade="B"), result(grade="C"), [AlertKind.GRADE]),
        (result(grade="C"), result(grade="B"), []),
        (result(grade="B"), result(grade=None), []),
        (result(grade=None), result(grade="E"), []),
    ],
)
def test_only_what_is_worse_than_before_is_told(before: ScanResult | None, after: ScanResult, wanted: list[AlertKind]) -> None:
    assert kinds(alerts(before, after, NOW)) == wanted


_DAYS = st.integers(0, 60)
_RESULTS = st.builds(
    lambda day, left, grade, critical, unseen: result(
        NOW + timedelta(days=left), grade=grade, critical=critical, unseen=unseen, at=NOW + timedelta(days=day)
    ),
    _DAYS, _DAYS, st.sampled_from([None, "A", "B", "C"]), st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(_RESULTS, min_size=1, max_size=6), st.lists(st.floats(0, 60), min_size=1, max_size=12))
def test_within_one_question_no_key_is_there_twice_and_the_same_question_gives_the_same_keys(
    history: list[ScanResult], moments: list[float]
) -> None:
    for before, after in zip([None, *history], history, strict=False):
        for moment in moments:
            found = alerts(before, after, NOW + timedelta(days=moment))
            keys = [(alert.kind, alert.key) for alert in found]
            assert len(set(keys)) == len(keys)
            assert found == alerts(before, after, NOW + timedelta(days=moment))


@pytest.fixture
def stage(new_address: NewAddress, catalogue: Catalogue) -> Iterator[Stage]:
    with open_store(new_address()) as store:
        made = Stage(store, catalogue)
        made.register.save_all([authority(NEGLECTED), authority(MODEL)])
        made.correspond(alert_to=["astreinte@syndicat-exemple.fr"])
        yield made


def board(stage: Stage) -> AlertDesk:
    return AlertDesk(stage.store, stage.register, stage.catalogue, stage.settings)


@settings(max_examples=15)
@given(days=st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_run_as_often_as_one_likes_nobody_is_told_of_a_key_twice(
    days: list[int], scanned: dict[str, ScanResult], catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('alerts') / 'beffroi.db'}") as store:
        stage = Stage(store, catalogue)
        stage.register.save(authority(NEGLECTED))
        stage.campaign("2026-11", [scanned[NEGLECTED]])
        told = []
        for pause in days:
            stage.clock.pass_by(days=pause)
            found = board(stage).search([NEGLECTED])
            told += [(kept.alert.kind, kept.alert.domain, kept.alert.key) for kept in board(stage).keep(found.alerts)]
        assert len(set(told)) == len(told) > 0


def test_a_certificate_of_an_old_scan_is_looked_at_again_first(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = stage.campaign("2026-11", [scanned[NEGLECTED]])
    assert AlertKind.CERTIFICATE in kinds(board(stage).search([NEGLECTED]).alerts)
    assert stage.history.of_campaign(campaign.id, NEGLECTED) is not None
    stage.clock.pass_by(days=2)
    found = board(stage).search([NEGLECTED])
    assert found.stale == (NEGLECTED,)
    assert AlertKind.CERTIFICATE not in kinds(found.alerts)


def test_one_mail_tells_of_all_alerts_and_a_killed_run_sends_it_once(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    stage.campaign("2026-11", [scanned[NEGLECTED], scanned[MODEL]])
    board(stage).keep(board(stage).search([NEGLECTED, MODEL]).alerts)
    outbox = Outbox(stage.store, clock=stage.clock)
    assert board(stage).mail(outbox, "fr") == 1
    assert board(stage).mail(outbox, "fr") == 0
    board(stage)._mark(True, mailed=None)  # type: ignore[arg-type]  # as a kill after the outbox took it leaves it
    board(stage).mail(outbox, "fr")
    entries = outbox.entries((State.WAITING,))
    assert [entry.dispatch.recipient for entry in entries] == ["astreinte@syndicat-exemple.fr"]
    claim = outbox.claim(outbox.token())
    assert claim is not None
    text = bodies(claim.mail)[0]
    assert f"{NEGLECTED} – " in text
    assert "‹" not in text
    assert MODEL not in text


def test_nobody_is_told_of_what_is_older_than_three_days(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    stage.campaign("2026-11", [scanned[NEGLECTED]])
    board(stage).keep(board(stage).search([NEGLECTED]).alerts)
    stage.clock.pass_by(days=5)
    assert board(stage).mail(Outbox(stage.store, clock=stage.clock), "fr") == 0


# --- the webhook, against a real server -----------------------------------------------------------

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Service:
    """A local service: what it answers, call by call, and what it has received."""

    answers: list[Answer]
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"ceci n'est pas du HTTP\r\n\r\n")
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A head that is good, and a body that never ends."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65_536)
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


@pytest.fixture
def service() -> Iterator[Service]:
    serving = Service([])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            serving.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answers = serving.answers
            (answers.pop(0) if len(answers) > 1 else answers[0])(self)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving.address = f"http://127.0.0.1:{server.server_port}/alertes"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield serving
    server.shutdown()
    server.server_close()
    thread.join()


def hook(service: Service, pauses: list[float] | None = None, **changes: object) -> Webhook:
    given = WebhookSettings.model_validate({"url": service.address, "secret": SECRET, **changes})
    return Webhook(given, "beffroi-essai", sleep=(pauses if pauses is not None else []).append)


def test_what_is_posted_is_signed_and_bears_one_name_for_every_try(service: Service) -> None:
    service.answers = [status(503), status(200)]
    assert hook(service).post("beffroi-1", {"title": "été"}).taken is Taken.YES
    for headers, body in service.received:
        signed = headers["x-beffroi-timestamp"].encode() + b"." + body
        wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-beffroi-signature"] == f"sha256={wanted}"
        assert headers["x-beffroi-delivery"] == "beffroi-1"
        assert json.loads(body) == {"title": "été"}
        assert "charset=utf-8" in headers["content-type"]
    assert len(service.received) == 2


@pytest.mark.parametrize(
    ("answers", "wanted", "tries"),
    [
        ([status(204)], Taken.YES, 1),
        ([status(404)], Taken.NO, 1),
        ([status(302, location="http://127.0.0.1:1/ailleurs")], Taken.NO, 1),
        ([hang_up, status(200)], Taken.YES, 2),
        ([nonsense, status(429), status(500), status(200)], Taken.YES, 4),
        ([status(500)], Taken.LATER, 1 + len(PAUSES)),
        ([endless], Taken.YES, 1),
    ],
    ids=["taken", "refused", "sent elsewhere", "hung up", "one fault after the other", "ill for long", "a body without end"],
)
def test_whatever_the_service_does_is_an_answer(service: Service, answers: list[Answer], wanted: Taken, tries: int) -> None:
    service.answers = answers
    pauses: list[float] = []
    assert hook(service, pauses).post("beffroi-1", {}).taken is wanted
    assert len(service.received) == tries
    assert pauses == list(PAUSES[: tries - 1])


def test_a_service_that_never_answers_is_not_waited_for(service: Service) -> None:
    service.answers = [lambda handler: time.sleep(1.0)]
    answer = hook(service, seconds=0.1).post("beffroi-1", {})
    assert (answer.taken, answer.status) == (Taken.LATER, 0)


def test_a_port_where_nobody_listens_is_tried_later(service: Service) -> None:
    service.address = "http://127.0.0.1:1/"
    assert hook(service).post("beffroi-1", {}).taken is Taken.LATER


@pytest.mark.parametrize("secret", ["", "trop court"])
def test_a_webhook_without_a_good_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook_needs_secret"):
        WebhookSettings.model_validate({"url": "https://chat.exemple.fr/", "secret": secret})


@pytest.mark.parametrize("details", [False, True])
def test_the_webhook_learns_the_title_and_more_only_where_the_settings_say_so(
    stage: Stage, scanned: dict[str, ScanResult], service: Service, details: bool
) -> None:
    hooked = {"url": service.address, "secret": SECRET, "details": details}
    stage.correspond(webhook=hooked)
    stage.campaign("2026-11", [scanned[NEGLECTED]])
    kept = board(stage).keep(board(stage).search([NEGLECTED]).alerts)
    service.answers = [status(200)]
    assert [answer.taken for _, answer in board(stage).post(hook(service), "fr")] == [Taken.YES] * len(kept)
    assert list(board(stage).post(hook(service), "fr")) == []
    received = [json.loads(body) for _, body in service.received]
    assert all(("details" in each) is details for each in received)
    usual = {"version", "id", "kind", "domain", "authority", "title", "moment"}
    assert all(each.keys() - {"details"} == usual for each in received)


def test_what_the_webhook_did_not_take_is_offered_again_at_the_next_run(
    stage: Stage, scanned: dict[str, ScanResult], service: Service
) -> None:
    stage.campaign("2026-11", [scanned[NEGLECTED]])
    kept = board(stage).keep(board(stage).search([NEGLECTED]).alerts)
    service.answers = [status(500)]
    assert [answer.taken for _, answer in board(stage).post(hook(service), "fr")] == [Taken.LATER]
    service.answers = [status(200)]
    assert len(list(board(stage).post(hook(service), "fr"))) == len(kept)


def test_an_alert_comes_back_from_the_store_as_it_was(stage: Stage) -> None:
    end = NOW + timedelta(days=3)
    found = alerts(result(grade="A"), result(end, end, grade="C", critical=True), NOW)
    found = tuple(replace(alert, domain=MODEL) for alert in found)
    assert len(found) == 3
    assert tuple(kept.alert for kept in board(stage).keep(found)) == found
