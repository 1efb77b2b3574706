"""The norms and guides that checks rest on, named once. Titles in their original language."""

from scanner.model import Reference


def _rfc(number: int, title: str) -> Reference:
    return Reference(f"RFC {number}", title, f"https://www.rfc-editor.org/rfc/rfc{number}")


def _hygiene(number: int, title: str, *, level: str = "") -> Reference:
    suffix = f" ({level})" if level else ""
    return Reference(f"ANSSI hygiène {number}{suffix}", title, "https://cyber.gouv.fr/publications/guide-dhygiene-informatique")


def _rpnt(number: str, title: str) -> Reference:
    return Reference(f"RPNT {number}", title, "https://suiteterritoriale.anct.gouv.fr/conformite/referentiel")


RFC_1034 = _rfc(1034, "Domain names - concepts and facilities")
RFC_1350 = _rfc(1350, "The TFTP protocol (revision 2)")
RFC_2182 = _rfc(2182, "Selection and operation of secondary DNS servers")
RFC_3207 = _rfc(3207, "SMTP service extension for secure SMTP over TLS")
RFC_3414 = _rfc(3414, "User-based security model (USM) for SNMPv3")
RFC_4033 = _rfc(4033, "DNS security introduction and requirements")
RFC_5280 = _rfc(5280, "Internet X.509 PKI certificate and CRL profile")
RFC_5321 = _rfc(5321, "Simple Mail Transfer Protocol")
RFC_5358 = _rfc(5358, "Preventing use of recursive nameservers in reflector attacks")
RFC_6066 = _rfc(6066, "TLS extensions: extension definitions")
RFC_6265 = _rfc(6265, "HTTP state management mechanism")
RFC_6376 = _rfc(6376, "DomainKeys Identified Mail (DKIM) signatures")
RFC_6698 = _rfc(6698, "The DNS-based authentication of named entities (DANE) TLSA protocol")
RFC_6797 = _rfc(6797, "HTTP Strict Transport Security (HSTS)")
RFC_7034 = _rfc(7034, "HTTP header field X-Frame-Options")
RFC_7208 = _rfc(7208, "Sender Policy Framework (SPF)")
RFC_7465 = _rfc(7465, "Prohibiting RC4 cipher suites")
RFC_7505 = _rfc(7505, "A null MX for domains that accept no mail")
RFC_7568 = _rfc(7568, "Deprecating Secure Sockets Layer version 3.0")
RFC_7633 = _rfc(7633, "X.509v3 TLS feature extension")
RFC_7672 = _rfc(7672, "SMTP security via opportunistic DANE TLS")
RFC_8200 = _rfc(8200, "Internet Protocol, version 6 (IPv6)")
RFC_8301 = _rfc(8301, "Cryptographic algorithm and key usage update to DKIM")
RFC_8460 = _rfc(8460, "SMTP TLS reporting")
RFC_8461 = _rfc(8461, "SMTP MTA strict transport security (MTA-STS)")
RFC_8659 = _rfc(8659, "DNS certification authority authorization (CAA)")
RFC_8996 = _rfc(8996, "Deprecating TLS 1.0 and TLS 1.1")
RFC_9110 = _rfc(9110, "HTTP semantics")
RFC_9116 = _rfc(9116, "A file format to aid in security vulnerability disclosure")
RFC_9325 = _rfc(9325, "Recommendations for secure use of TLS and DTLS")
RFC_9525 = _rfc(9525, "Service identity in TLS")
RFC_9989 = _rfc(9989, "Domain-based message authentication, reporting, and conformance (DMARC)")

W3C_CSP = Reference("CSP 3", "Content Security Policy Level 3", "https://www.w3.org/TR/CSP3/")
W3C_REFERRER = Reference("Referrer Policy", "W3C Referrer Policy", "https://www.w3.org/TR/referrer-policy/")
WHATWG_FETCH = Reference("Fetch", "X-Content-Type-Options, WHATWG Fetch", "https://fetch.spec.whatwg.org/")

ANSSI_HYGIENE_4 = _hygiene(4, "Disposer d'une cartographie du système d'information")
ANSSI_HYGIENE_13 = _hygiene(13, "Privilégier une authentification forte")
ANSSI_HYGIENE_21 = _hygiene(21, "Utiliser des protocoles réseau sécurisés")
ANSSI_HYGIENE_23 = _hygiene(23, "Cloisonner les services visibles depuis Internet")
ANSSI_HYGIENE_24 = _hygiene(24, "Protéger sa messagerie professionnelle")
ANSSI_HYGIENE_24_R = _hygiene(24, "Protéger sa messagerie professionnelle", level="renforcé")
ANSSI_HYGIENE_28 = _hygiene(28, "Utiliser un réseau dédié à l'administration")
ANSSI_HYGIENE_34 = _hygiene(34, "Définir une politique de mise à jour")
ANSSI_HYGIENE_35 = _hygiene(35, "Anticiper la fin de la maintenance des logiciels")

ANSSI_TLS_R3 = Reference("ANSSI TLS R3", "Privilégier TLS 1.3 et accepter TLS 1.2")
ANSSI_TLS_R4 = Reference("ANSSI TLS R4", "Ne pas utiliser SSLv2, SSLv3, TLS 1.0 et TLS 1.1")
ANSSI_TLS_R26 = Reference("ANSSI TLS R26", "Clés RSA d'au moins 2048 bits")

RECYF_18_3 = Reference("ReCyF 18.3", "")
RECYF_MAIL_2 = Reference("ReCyF MAIL.2", "")
RECYF_7_B_3 = Reference("ReCyF 7.B.3", "")
RECYF_8 = Reference("ReCyF 8.1-8.3", "")
RECYF_5_B_4 = Reference("ReCyF 5.B.4", "")
RECYF_5_B_7 = Reference("ReCyF 5.B.7", "")

RPNT_1_3 = _rpnt("1.3", "Site accessible")
RPNT_1_4 = _rpnt("1.4", "Site en HTTPS")
RPNT_1_5 = _rpnt("1.5", "Certificat valide")
RPNT_1_6 = _rpnt("1.6", "Pas de redirection vers un domaine non officiel")
RPNT_1_7 = _rpnt("1.7", "Redirections d'usage (http vers https, www)")
RPNT_2_4 = _rpnt("2.4", "Enregistrement MX")
RPNT_2_5 = _rpnt("2.5", "Enregistrement SPF")
RPNT_2_6 = _rpnt("2.6", "Enregistrement DMARC")
RPNT_2_7 = _rpnt("2.7", "DMARC en quarantaine ou rejet")
