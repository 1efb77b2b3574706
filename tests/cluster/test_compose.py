"""compose.yaml against the published Compose rules that matter here, and our own: nothing runs with rights it needs not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return read


def test_the_services_are_a_database_a_scheduler_and_two_workers(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"db", "scheduler", "worker"}
    assert services["worker"]["deploy"]["replicas"] == 2
    assert [services[name]["command"][0] for name in ("scheduler", "worker")] == ["serve", "worker"]


def test_no_service_may_write_its_image_or_gain_a_right(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["healthcheck"]["test"]
        assert "ports" not in service


def test_every_name_that_a_service_uses_is_declared_and_secrets_are_files(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service["secrets"]) <= set(compose["secrets"])
        named = {volume.split(":")[0] for volume in service["volumes"] if not volume.startswith(".")}
        assert named <= set(compose["volumes"])
        assert not [key for key in service["environment"] if "PASSWORD" in key and not key.endswith("_FILE")]
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_the_database_is_not_on_the_network_that_leads_outside(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}
