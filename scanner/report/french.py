"""The few things that French grammar asks of a name which a sentence takes in."""

from __future__ import annotations

_VOWELS = "aàâäeéèêëiîïoôöuùûüyœæ"
#: First word of a name that wants its article: « de la commune de … », « du syndicat … ».
_FEMININE = ("commune", "ville", "mairie", "métropole", "communauté", "collectivité", "région")
_MASCULINE = ("département", "syndicat", "conseil", "centre")


def of(name: str) -> str:
    """`name` after « de »: « de Saint-Exemple », « d’Angers », « du Mans », « des Ulis », « de la commune de … ».

    An h at the beginning is taken as aspirated: « de Honfleur » is never wrong to the eye, « d’Honfleur » may be.
    """
    first, _, rest = name.partition(" ")
    word = first.lower()
    if word == "le" and rest:
        return f"du {rest}"
    if word == "les" and rest:
        return f"des {rest}"
    if word in _FEMININE:
        return f"de la {name[:1].lower()}{name[1:]}"
    if word in _MASCULINE:
        return f"du {name[:1].lower()}{name[1:]}"
    return f"d’{name}" if word and word[0] in _VOWELS else f"de {name}"


#: Words of a name that is not a commune's.
_OTHERS = ("métropole", "communauté", "agglomération", "agglo", "intercommunal", "intercommunale", "pays", "établissement")


def kind(name: str) -> str:
    """`commune` where a name is a commune's as far as it tells, else `other`: « Votre commune », « Votre collectivité »."""
    known = name.lower().replace("-", " ").split()
    first = name.partition(" ")[0]
    if not known or (len(first) > 1 and first.isupper()) or not set(known).isdisjoint(_OTHERS):
        return "other"
    return "other" if known[0] in (*_MASCULINE, "collectivité", "région") else "commune"


def authority(name: str) -> str:
    """`name` with the noun of its kind: « commune de Saint-Exemple »; one that begins with such a noun keeps its own."""
    known = name.partition(" ")[0].lower() in (*_FEMININE, *_MASCULINE)
    return f"{name[:1].lower()}{name[1:]}" if known else f"commune {of(name)}"
