import pytest

from checks.software.installers import installer_at


@pytest.mark.parametrize(
    ("url", "product"),
    [
        ("https://mairie-exemple.fr/ecrire/?exec=install", "SPIP"),
        ("https://mairie-exemple.fr/ecrire/?exec=install&retour=x", "SPIP"),
        ("https://mairie-exemple.fr/ecrire/?exec=accueil", ""),
        ("https://mairie-exemple.fr/wp-admin/install.php", "WordPress"),
        ("https://mairie-exemple.fr/install/install.php", "GLPI"),
        ("https://mairie-exemple.fr/typo3/install.php", "TYPO3"),
        ("https://mairie-exemple.fr/demarches/installation", ""),
        ("https://mairie-exemple.fr/", ""),
    ],
)
def test_an_installer_is_known_by_its_address(url: str, product: str) -> None:
    assert installer_at(url) == product
