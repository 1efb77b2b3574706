"""Fixtures here are synthetic: the markers were read in the packages' own sources."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.software.product_files import (
    dokuwiki_release,
    joomla_manifest,
    login_styles,
    mediawiki_info,
    nextcloud_status,
    phpmyadmin_login,
    roundcube_login,
    spip_config,
    spip_package,
)
from scanner.net import Response

Reader = Callable[[Response], str | None]
READERS: tuple[Reader, ...] = (
    login_styles, spip_package, spip_config, joomla_manifest, nextcloud_status, roundcube_login, phpmyadmin_login,
    mediawiki_info, dokuwiki_release,
)  # fmt: skip


def answer(body: str, kind: str = "text/html") -> Response:
    return Response("https://x.fr/", 200, (("content-type", kind),), body.encode(), "203.0.113.7")


@pytest.mark.parametrize(
    ("reader", "body", "expected"),
    [
        (login_styles, '<link href="https://x.fr/wp-admin/css/login.min.css?ver=7.1">', "7.1"),
        (login_styles, "<h1>Introuvable</h1>", None),
        (spip_package, '<paquet\n\tprefix="spip"\n\tversion="4.4.3"\n\tetat="stable">\n<procure version="1.0"/>', "4.4.3"),
        (spip_package, '<html><a version="1.0">', None),
        (spip_package, '<paquet version="4.4.30+dfsg-0+deb13u1">', "4.4.30+dfsg-0+deb13u1"),
        (spip_config, "Composed-By: SPIP 4.2.1 @ www.spip.net + spip(4.2.1)", "4.2.1"),
        (spip_config, "rien", None),
        (joomla_manifest, '<extension type="file"><name>files_joomla</name><version>5.4.0</version>', "5.4.0"),
        (joomla_manifest, "<version>5.4.0</version>", None),
        (nextcloud_status, '{"installed":true,"versionstring":"31.0.5","productname":"Nextcloud"}', "31.0.5"),
        (nextcloud_status, '{"versionstring":"31.0.5"}', None),
        (nextcloud_status, "[" * 100_000, None),
        (mediawiki_info, '{"query":{"general":{"sitename":"Wiki","generator":"MediaWiki 1.43.9"}}}', "1.43.9"),
        (mediawiki_info, '{"query":{"general":{"generator":"Autre 1.43.9"}}}', None),
        (mediawiki_info, '{"query":["general"]}', None),
        (mediawiki_info, '{"error":{"code":"readapidenied"}}', None),
        (dokuwiki_release, '2022-07-31b "Igor"\n', "2022-07-31b"),
        (dokuwiki_release, "<!doctype html>2022-07-31b", None),
        (dokuwiki_release, "1.0", None),
        (roundcube_login, '<script>rcmail.set_env({"task":"login","rcversion":10605});</script>', "1.6.5"),
        (roundcube_login, "<title>Roundcube Webmail</title>", ""),
        (roundcube_login, "<title>Courriel</title>", None),
        (phpmyadmin_login, '<link href="themes/pmahomme/css/theme.css?v=5.2.2deb1"><input name="pma_username">', "5.2.2deb1"),
        (phpmyadmin_login, '<input name="pma_username">', ""),
        (phpmyadmin_login, '<link href="x.css?v=5.2.2">', None),
    ],
)
def test_files_are_read_for_what_they_are(reader: Reader, body: str, expected: str | None) -> None:
    assert reader(answer(body)) == expected


@given(st.binary(max_size=400), st.sampled_from(READERS))
def test_no_file_raises_and_every_version_is_bounded(body: bytes, reader: Reader) -> None:
    read = reader(Response("https://x.fr/", 200, (), body, "203.0.113.7"))
    assert read is None or len(read) <= 60
