"""How hard a French text is to read: sentences, words, syllables, and the formula of Kandel and Moles (1958).

The formula is Flesch's reading ease fitted to French: 207 - 1.015 x words a sentence - 73.6 x syllables a word.
Above 60 is plain prose, 50 to 60 a daily newspaper, below 30 a scholarly one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import html5lib

_BLOCKS = ("h3", "p", "li", "dd")
#: A point that ends a sentence: not the one of « art. L. 311-5 ».
_END = re.compile(r"(?<!\bart)(?<!\bL)[.!?…]+(?:\s+|$)")
_WORD = re.compile(r"[\w@.-]*\w", re.UNICODE)
_ELIDED = frozenset({"l", "d", "n", "s", "c", "j", "m", "t", "qu", "jusqu", "lorsqu", "puisqu"})
_VOWELS = re.compile(r"[aàâäeéèêëiîïoôöuùûüyœæ]+")
#: An e that is not heard at the end of a word, alone or before s or nt.
_SILENT = re.compile(r"(?<=[^aàâäeéèêëiîïoôöuùûüyœæ])(?:e|es|ent)$")


@dataclass(frozen=True, slots=True)
class Readability:
    """The sentences of a text, each as its words. `l’hébergeur` is two for the length of a sentence, and one word of
    four syllables for the formula: either way the harder count."""

    sentences: tuple[tuple[str, ...], ...]

    @property
    def mean(self) -> float:
        """Words a sentence."""
        return sum(map(len, self.sentences)) / len(self.sentences)

    @property
    def longest(self) -> tuple[str, ...]:
        """The longest sentence."""
        return max(self.sentences, key=len)

    @property
    def kandel_moles(self) -> float:
        """The reading ease; higher is easier."""
        words = [word for sentence in self.sentences for word in sentence if word.lower() not in _ELIDED]
        return 207 - 1.015 * self.mean - 73.6 * sum(map(syllables, words)) / len(words)


def read(html: str) -> Readability:
    """The running text of a page: paragraphs, list items and the titles of decisions, without its headings."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    sentences: list[tuple[str, ...]] = []
    for part in ("main", "footer"):
        for block in tree.find(f".//{part}").iter():
            if block.tag in _BLOCKS and not any(child.tag in _BLOCKS for child in block.iter() if child is not block):
                sentences += sentences_of("".join(block.itertext()))
    return Readability(tuple(sentences))


def sentences_of(text: str) -> list[tuple[str, ...]]:
    """The words of each sentence; a colon does not end one."""
    found = (tuple(_WORD.findall(part.replace("’", " "))) for part in _END.split(text))
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Groups of vowels, without the silent e; a figure counts as one, a domain name as its parts."""
    return sum(max(1, len(_VOWELS.findall(_SILENT.sub("", part)))) for part in re.split(r"[@.-]", word.lower()) if part)
