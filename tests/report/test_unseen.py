"""Why a point could not be verified: in the reader's language, then what was seen, as it was received."""

import json

import pytest

from scanner.because import Because
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.model import Outcome, Reason, Status
from scanner.report.json import to_json
from scanner.report.stored import read_result
from scanner.report.technical import render_technical
from tests.judging import DOMAIN
from tests.report.sample import result

HOSTILE = "<script>OpenSSH</script>\x1b[31m"


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("fr", "– la version n’est montrée qu’en partie\u00a0: "),
        ("en", "– the version is shown only in part: "),
    ],
)
def test_the_technician_reads_why_and_what_was_seen(catalogue: Catalogue, lang: str, line: str) -> None:
    told = Outcome("dns.caa-missing", DOMAIN, Status.UNKNOWN, reason=Reason.UNDETERMINED, detail=HOSTILE)
    plain = render_technical(Dossier(result(catalogue, (told,))), catalogue, lang)
    assert '– <span lang="en">&lt;script&gt;OpenSSH' in plain.replace("  ", " ")
    why = Outcome(told.check, DOMAIN, told.status, reason=told.reason, detail=HOSTILE, because=Because.VERSION_VAGUE)
    html = render_technical(Dossier(result(catalogue, (why,))), catalogue, lang)
    assert f'{line}<span lang="en">&lt;script&gt;OpenSSH' in html
    assert "\x1b" not in html


def test_why_comes_back_from_a_file_and_a_word_of_a_later_program_is_passed_over(catalogue: Catalogue) -> None:
    outcome = Outcome("dns.caa-missing", DOMAIN, Status.UNKNOWN, reason=Reason.OURS, because=Because.RESOLVER_NOT_VALIDATING)
    text = to_json(result(catalogue, (outcome,)))
    assert read_result(text, catalogue).outcomes == (outcome,)
    later = json.loads(text)
    later["outcomes"][0]["because"] = "the_moon"
    assert read_result(json.dumps(later), catalogue).outcomes[0].because is None
