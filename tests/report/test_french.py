import pytest

from scanner.report.french import of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Saint-Exemple", "de Saint-Exemple"),
        ("Angers", "d’Angers"),
        ("Épinal", "d’Épinal"),
        ("Yerres", "d’Yerres"),
        ("Œuilly", "d’Œuilly"),
        ("Honfleur", "de Honfleur"),
        ("Le Mans", "du Mans"),
        ("Les Ulis", "des Ulis"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("Lesneven", "de Lesneven"),
        ("Commune de Saint-Exemple", "de la commune de Saint-Exemple"),
        ("Communauté de communes du Val", "de la communauté de communes du Val"),
        ("Syndicat des eaux", "du syndicat des eaux"),
        ("angers.fr", "d’angers.fr"),
        ("val-negligee.fr", "de val-negligee.fr"),
        ("Le", "de Le"),
        ("", "de "),
    ],
)
def test_a_name_follows_de_as_french_wants_it(name: str, said: str) -> None:
    assert of(name) == said
