"""What is saved comes back; nothing that stands is lost, and no mail leaves twice."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import multiprocessing
import multiprocessing.synchronize
import sqlite3
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scanner.delivery.outbox import Outbox
from scanner.delivery.states import Choice, State
from scanner.settings import load_settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreBusy, StoreError, Trouble
from scanner.workspace import WorkspaceError, make_workspace
from scanner.workspace.archive import unpack
from scanner.workspace.initial import settings_text
from scanner.workspace.keeping import OnAServer, Restored, Saved, back_up, store_path, take_back
from tests.delivery.boxes import dispatch, mail_of

MADE = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def clock() -> datetime:
    return MADE


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A workspace with one mail that waits."""
    made = make_workspace(tmp_path / "espace", "fr")
    enqueue(made, 1)
    return made


def enqueue(config: Path, number: int) -> None:
    with open_store(load_settings(config).store.url) as store:
        Outbox(store).enqueue(dispatch(number), mail_of(dispatch(number)))


def counts(config: Path) -> dict[State, int]:
    with open_store(load_settings(config).store.url) as store:
        return {state: count for state, count in Outbox(store).counts().items() if count}


def save(config: Path, target: Path) -> Saved:
    return back_up(config, load_settings(config).store.url, target, clock)


def restore(source: Path, config: Path, *, force: bool = False) -> Restored:
    return take_back(source, config, force=force, clock=clock)


def test_a_workspace_comes_back_in_an_empty_folder_and_its_mails_wait_for_a_person(config: Path, tmp_path: Path) -> None:
    saved = save(config, tmp_path / "sauvegarde.tar.gz")
    assert saved.path.stat().st_mode & 0o777 == 0o600
    assert saved.settings
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    back = restore(saved.path, elsewhere / "beffroi.toml")
    assert back == Restored(elsewhere / "beffroi.db", MADE, None, elsewhere / "beffroi.toml", 1)
    assert {path.name: path.stat().st_mode & 0o777 for path in elsewhere.iterdir()} == {
        "beffroi.toml": 0o600, "beffroi.db": 0o600,
    }  # fmt: skip
    assert counts(elsewhere / "beffroi.toml") == {State.DOUBTFUL: 1}
    with open_store(load_settings(elsewhere / "beffroi.toml").store.url) as store:
        Outbox(store).resolve(1, Choice.RESEND)
    assert counts(elsewhere / "beffroi.toml") == {State.WAITING: 1}


def test_a_backup_carries_no_password(config: Path, tmp_path: Path) -> None:
    text = config.read_text("utf-8").replace('#password = ""', 'password = "tres-secret-9"')
    config.write_text(text, "utf-8")
    save(config, tmp_path / "s.tar.gz")
    assert b"tres-secret-9" not in gzip.decompress((tmp_path / "s.tar.gz").read_bytes())


def test_a_backup_never_replaces_anything(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "s.tar.gz"
    target.write_text("à moi", "utf-8")
    with pytest.raises(WorkspaceError) as refused:
        save(config, target)
    assert refused.value.kind == "exists"
    assert target.read_text("utf-8") == "à moi"


def test_a_backup_leaves_nothing_beside_itself(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    save(config, folder / "s.tar.gz")
    assert [path.name for path in folder.iterdir()] == ["s.tar.gz"]


def _write_on(address: str, begun: multiprocessing.synchronize.Event, ended: multiprocessing.synchronize.Event) -> None:
    with open_store(address) as store:
        outbox, number = Outbox(store), 100
        while not ended.is_set():
            outbox.enqueue(dispatch(number), mail_of(dispatch(number)))
            number += 1
            if number == 110:
                begun.set()


def test_a_store_that_is_written_to_meanwhile_is_saved_whole(config: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    begun, ended = context.Event(), context.Event()
    writer = context.Process(target=_write_on, args=(load_settings(config).store.url, begun, ended))
    writer.start()
    try:
        assert begun.wait(60)
        for number in range(5):
            saved = save(config, tmp_path / f"{number}.tar.gz")
            unpack(saved.path, tmp_path / f"{number}.db")
            with open_store(f"sqlite:///{tmp_path / f'{number}.db'}") as store:
                assert Outbox(store).counts()[State.WAITING] >= 10
    finally:
        ended.set()
        writer.join()


def test_restoring_over_a_store_wants_a_word_and_keeps_the_former_one(config: Path, tmp_path: Path) -> None:
    saved = save(config, tmp_path / "s.tar.gz")
    enqueue(config, 2)
    with pytest.raises(WorkspaceError) as refused:
        restore(saved.path, config)
    assert refused.value.kind == "exists"
    assert counts(config) == {State.WAITING: 2}
    config.write_text(config.read_text("utf-8") + "# mes réglages\n", "utf-8")
    back = restore(saved.path, config, force=True)
    assert counts(config) == {State.DOUBTFUL: 1}
    assert back.settings is None
    assert config.read_text("utf-8").endswith("# mes réglages\n")
    assert back.aside is not None
    with open_store(f"sqlite:///{back.aside}") as store:
        assert Outbox(store).counts()[State.WAITING] == 2


def test_a_store_that_another_process_has_open_is_not_replaced(config: Path, tmp_path: Path) -> None:
    saved = save(config, tmp_path / "s.tar.gz")
    with open_store(load_settings(config).store.url) as store:
        Outbox(store).counts()
        with pytest.raises(StoreBusy):
            restore(saved.path, config, force=True)
        assert Outbox(store).counts()[State.WAITING] == 1
    assert sorted(path.name for path in config.parent.iterdir()) == ["beffroi.db", "beffroi.toml"]


def test_a_damaged_store_is_replaced_and_kept_aside(config: Path, tmp_path: Path) -> None:
    saved = save(config, tmp_path / "s.tar.gz")
    store = config.parent / "beffroi.db"
    store.write_bytes(b"\xff" * 9_000)
    with pytest.raises(StoreError) as refused:
        save(config, tmp_path / "t.tar.gz")
    assert refused.value.trouble is Trouble.FOREIGN
    back = restore(saved.path, config, force=True)
    assert back.aside is not None
    assert back.aside.read_bytes() == b"\xff" * 9_000
    assert counts(config) == {State.DOUBTFUL: 1}


def test_a_store_whose_pages_were_swapped_is_not_saved_as_good(config: Path, tmp_path: Path) -> None:
    store = config.parent / "beffroi.db"
    content = bytearray(store.read_bytes())
    content[3 * 4_096 : 4 * 4_096] = b"\x0d" + b"\xee" * 4_095
    store.write_bytes(content)
    with pytest.raises(WorkspaceError) as refused:
        save(config, tmp_path / "s.tar.gz")
    assert (refused.value.kind, refused.value.path) == ("damaged", store)
    assert not (tmp_path / "s.tar.gz").exists()


def test_a_store_on_a_server_has_its_own_means(tmp_path: Path) -> None:
    with pytest.raises(OnAServer) as said:
        back_up(None, "postgresql://beffroi:tres-secret@serveur:5433/beffroi", tmp_path / "s.tar.gz")
    assert said.value.address == "postgresql://beffroi@serveur:5433/beffroi"


@pytest.mark.parametrize("address", ["mysql://x/y", "rien", "sqlite://"])
def test_an_address_that_is_no_store_is_refused(address: str) -> None:
    with pytest.raises(StoreError):
        store_path(address)


# --- what a stranger could hand us ----------------------------------------------------------------


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info


MANIFEST = json.dumps(
    {"format": 1, "made": MADE.isoformat(), "version": "1", "size": 4, "digest": "0" * 64, "settings": ""}
).encode()
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no gzip": lambda: b"autre chose",
    "no tar": lambda: gzip.compress(b"autre chose" * 900),
    "an empty tar": lambda: archive(),
    "a manifest alone": lambda: archive((member("manifest.json"), MANIFEST)),
    "another name": lambda: archive((member("manifest.json"), MANIFEST), (member("../beffroi.db"), b"mort")),
    "an absolute name": lambda: archive((member("/manifest.json"), MANIFEST), (member("beffroi.db"), b"mort")),
    "a link": lambda: archive((member("manifest.json"), MANIFEST), (member("beffroi.db", tarfile.SYMTYPE), b"")),
    "another content": lambda: archive((member("manifest.json"), MANIFEST), (member("beffroi.db"), b"mort")),
    "another size": lambda: archive((member("manifest.json"), MANIFEST), (member("beffroi.db"), b"mort" * 9)),
    "no JSON": lambda: archive((member("manifest.json"), b"{"), (member("beffroi.db"), b"mort")),
    "another JSON": lambda: archive((member("manifest.json"), b"[]"), (member("beffroi.db"), b"mort")),
    "a deep JSON": lambda: archive((member("manifest.json"), b"[" * 99_999), (member("beffroi.db"), b"mort")),
    "a huge manifest": lambda: archive((member("manifest.json"), b" " * 2_000_000), (member("beffroi.db"), b"mort")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_backup_changes_nothing(name: str, tmp_path: Path) -> None:
    source, folder = tmp_path / "s.tar.gz", tmp_path / "espace"
    source.write_bytes(HOSTILE[name]())
    folder.mkdir()
    with pytest.raises(WorkspaceError) as refused:
        restore(source, folder / "beffroi.toml")
    assert refused.value.kind == "not_a_backup"
    assert list(folder.iterdir()) == []


def test_a_backup_of_a_later_format_is_named_as_such(tmp_path: Path) -> None:
    source = tmp_path / "s.tar.gz"
    source.write_bytes(archive((member("manifest.json"), b'{"format": 2, "version": "9.0"}'), (member("beffroi.db"), b"mort")))
    with pytest.raises(WorkspaceError) as refused:
        restore(source, tmp_path / "beffroi.toml")
    assert (refused.value.kind, refused.value.detail) == ("newer", "9.0")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("entier")
    config = make_workspace(folder / "espace", "fr")
    return save(config, folder / "s.tar.gz").path.read_bytes()


@given(data=st.data())
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_backup_that_was_cut_or_altered_never_comes_back_wrong(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    place = data.draw(st.integers(10, len(whole) - 1))
    altered = whole[:place] if data.draw(st.booleans()) else whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :]
    source, copy = tmp_path / "s.tar.gz", tmp_path / "copie.db"
    source.write_bytes(altered)
    copy.unlink(missing_ok=True)
    refused = ""
    try:
        _, settings = unpack(source, copy)
    except WorkspaceError as problem:
        refused = problem.kind
    else:  # what follows the last member may differ
        assert settings == settings_text("fr")
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert refused in ("", "not_a_backup")


def test_a_backup_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as refused:
        restore(tmp_path / "absente.tar.gz", tmp_path / "beffroi.toml")
    assert refused.value.kind == "disk"
