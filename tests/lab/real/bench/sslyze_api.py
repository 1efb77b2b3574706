"""Run by the Python of sslyze's own environment: `sslyze_api.py ROOT REPORT NAME` asks by its API what a policy needs to know.

Nothing of Beffroi imports this file or sslyze (AGPL-3.0); the bench starts it as a command, like every other tool.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from sslyze import (
    CertificateInfoExtraArgument,
    ScanCommand,
    ScanCommandsExtraArguments,
    Scanner,
    ServerNetworkLocation,
    ServerScanRequest,
)
from sslyze.json.json_output import ServerScanResultAsJson, SslyzeOutputAsJson

WANTED = {
    ScanCommand.CERTIFICATE_INFO, ScanCommand.SSL_3_0_CIPHER_SUITES, ScanCommand.TLS_1_0_CIPHER_SUITES,
    ScanCommand.TLS_1_1_CIPHER_SUITES, ScanCommand.TLS_1_2_CIPHER_SUITES, ScanCommand.TLS_1_3_CIPHER_SUITES,
}  # fmt: skip


def main() -> None:
    """One server, every answer in the form of the command's own `--json_out`."""
    root, report, name = sys.argv[1:]
    began = datetime.now(UTC)
    extra = ScanCommandsExtraArguments(certificate_info=CertificateInfoExtraArgument(custom_ca_file=Path(root)))
    scanner = Scanner()
    scanner.queue_scans(
        [ServerScanRequest(ServerNetworkLocation(name), scan_commands=WANTED, scan_commands_extra_arguments=extra)]
    )
    results = [ServerScanResultAsJson.model_validate(result) for result in scanner.get_results()]
    said = SslyzeOutputAsJson(
        server_scan_results=results, invalid_server_strings=[], date_scans_started=began, date_scans_completed=datetime.now(UTC)
    )
    Path(report).write_text(said.model_dump_json(), "utf-8")


if __name__ == "__main__":
    main()
