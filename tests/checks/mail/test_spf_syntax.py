import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.spf_syntax import expand, is_spf, parse_spf

VALID = [
    "", " ", " all", " -all", " ~ALL", " ?all", " +all  ", " -all ip4:192.0.2.1", " a", " A", " a:mail.exemple.fr",
    " a/24", " a//64", " a/24//64", " a:mail.exemple.fr/0", " a:mail.exemple.fr//0", " a:mail.exemple.fr.",
    " mx", " mx/32", " mx:exemple.fr/24//128", " ptr", " ptr:exemple.fr", " include:_spf.exemple.fr",
    " include:%{d}._spf.exemple.fr", " exists:%{i}._spf.%{d}", " exists:%{ir}.%{v}.arpa", " exists:%{l1r-}.%{d2}",
    " exists:%{L}.exemple.fr", " a:%{o}", " a:a%%b.exemple.fr", " a:x%-y.exemple.fr", " ip4:192.0.2.0/24", " ip4:192.0.2.1",
    " ip6:2001:db8::/32", " ip6:::1", " ip6:::ffff:192.0.2.1", " redirect=_spf.exemple.fr", " REDIRECT=exemple.fr",
    " exp=explication.exemple.fr", " a exp=explication.exemple.fr redirect=exemple.fr", " moi=n'importe,quoi", " moi=",
    " tag.with-dots_and=x%{d}", " a:xn--caf-dma.fr", " a:exemple.xn--p1ai", " a:0.example.c0m", " all=soit",
    " include=exemple.fr"," include:exemple.fr include:exemple.fr",
]  # fmt: skip

BAD = [
    " alle", " all:exemple.fr", " all/24", " -all.", " a:", " a/", " a/33", " a/024", " a/-1", " a//129", " a///64", " a/24/64",
    " a:exemple.fr/", " a:exemple.fr:25", " a:mairie", " a:192.0.2.1", " a:exemple..fr", " a:.exemple.fr", " a:exemple.-fr",
    " a:exemple.fr-", f" a:{'x' * 64}.fr", " a:exemple.fr/33", " include", " include:", " include:mairie",
    " include:exemple.fr/24"," include: exemple.fr", " exists",
    " exists:", " exists:exemple.fr/24", " ptr:", " ptr/0", " ip4", " ip4:", " ip4:exemple.fr",
    " ip4:192.0.2", " ip4:192.0.2.256", " ip4:192.0.2.01", " ip4:192.0.2.1:25", " ip4:192.0.2.0/", " ip4:192.0.2.0/33",
    " ip4:192.0.2.0/024", " ip4:192.0.2.0//24", " ip4:2001:db8::1", " ip4=192.0.2.1 ip4", " ip6", " ip6:", " ip6:192.0.2.1",
    " ip6:2001:db8:::1", " ip6:2001:db8::1%eth0", " ip6:2001:db8::/129", " ip6:2001:db8::/", " redirect=", " redirect=mairie",
    " redirect=exemple.fr/24", " redirect=a.fr redirect=b.fr", " exp=", " exp=a.fr exp=b.fr", " -redirect=exemple.fr",
    " moi=50%", " moi=%{x}", " exists:%", " exists:%{d", " exists:%{}", " exists:%{d0}.fr", " exists:%{c}.exemple.fr",
    " exists:%(d).fr", " a\tmx", " a,mx", " --all", " -", " =exemple.fr", " 4moi=x", " ~", " mx:exemple.fr,autre", " -all;",
    " v=spf1 v", " a:caf\u00e9.fr", " all\n", " \u00a0all",
]  # fmt: skip


@pytest.mark.parametrize("terms", VALID)
def test_a_record_that_the_grammar_allows_has_no_bad_term(terms: str) -> None:
    assert is_spf(f"v=spf1{terms}")
    assert parse_spf(f"v=spf1{terms}").bad == ()


@pytest.mark.parametrize("terms", BAD)
def test_a_record_that_the_grammar_refuses_has_a_bad_term(terms: str) -> None:
    assert is_spf(f"v=spf1{terms}")
    assert parse_spf(f"v=spf1{terms}").bad


@pytest.mark.parametrize("text", ["v=spf1", "V=SPF1 -all", "v=spf1  a"])
def test_the_version_is_followed_by_a_space_or_nothing(text: str) -> None:
    assert is_spf(text)


@pytest.mark.parametrize(
    "text", ["", "v=spf10 -all", "v=spf1;-all", " v=spf1 -all", "spf2.0/pra -all", "v=spf1\t-all", '"v=spf1"']
)
def test_other_texts_are_no_spf_record(text: str) -> None:
    assert not is_spf(text)


@pytest.mark.parametrize(
    ("terms", "wide"),
    [("ip4:0.0.0.0/0", True), ("ip4:128.0.0.0/1", True), ("ip6:::/0", True), ("a/0", True), ("mx//8", True),
     ("ip4:10.0.0.0/8", False), ("ip4:192.0.2.0/24", False), ("ip6:2001:db8::/32", False), ("a", False)],
)  # fmt: skip
def test_a_network_that_covers_much_of_the_internet_is_wide(terms: str, wide: bool) -> None:
    assert parse_spf(f"v=spf1 {terms} -all").mechanisms[0].wide is wide


def test_a_domain_spec_is_expanded_only_where_it_does_not_depend_on_the_sender() -> None:
    assert expand("", "exemple.fr", "mairie.fr") == "exemple.fr"
    assert expand("%{d}._spf.%{O}.", "exemple.fr", "mairie.fr") == "exemple.fr._spf.mairie.fr"
    assert expand("%{i}._spf.exemple.fr", "exemple.fr", "mairie.fr") is None


TERM = st.one_of(
    st.sampled_from(
        ["a", "mx", "include:", "redirect=", "exists:%{", "ip4:", "ip6:", "/24", "//", "%{d}", "all", "ptr:", "exp="]
    ),
    st.text(max_size=12),
)


@given(st.lists(TERM, max_size=30).map(" ".join))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    record = parse_spf("v=spf1 " + text)
    assert all(len(term) <= 200 for term in record.bad)
    assert all(len(term.text) <= 200 for term in record.mechanisms)


@given(st.text(max_size=3_000))
def test_no_raw_text_makes_the_parser_raise(text: str) -> None:
    is_spf(text)
    parse_spf(text)
