"""Why a check could not conclude, closer than its Reason: what a technician reads beside "non vérifiable"."""

from __future__ import annotations

from enum import StrEnum


class Because(StrEnum):
    """Its words are `because.<value>` of the vocabulary. What was seen follows them: the `detail` of the verdict."""

    ACCESS_UNTRIED = "access_untried"
    CAPABILITIES_MASKED = "capabilities_masked"
    CERTIFICATE_UNREAD = "certificate_unread"
    DANE_UNSEEN = "dane_unseen"
    DATA_OLDER = "data_older"
    DEAD_END = "dead_end"
    DISTRIBUTION_MENDS = "distribution_mends"
    DKIM_CATCH_ALL = "dkim_catch_all"
    DKIM_SELECTORS_UNKNOWN = "dkim_selectors_unknown"
    ENCRYPTION_UNTOLD = "encryption_untold"
    ERROR_PAGE = "error_page"
    INSISTENCE_UNTOLD = "insistence_untold"
    INSTALLER_UNSEEN = "installer_unseen"
    KEY_UNKNOWN = "key_unknown"
    NAME_SERVERS_WITHOUT_ADDRESS = "name_servers_without_address"
    NAME_SERVER_UNSEEN = "name_server_unseen"
    NLA_UNTOLD = "nla_untold"
    NOT_VALIDATED = "not_validated"
    OCSP_ENCRYPTED = "ocsp_encrypted"
    OTHER_CERTIFICATE = "other_certificate"
    RECURSION_UNPROVED = "recursion_unproved"
    REDIRECTS_UNFINISHED = "redirects_unfinished"
    RESOLVER_NOT_VALIDATING = "resolver_not_validating"
    SERVICE_UNRECOGNISED = "service_unrecognised"
    SIGNATURE_UNKNOWN = "signature_unknown"
    SPF_PARTLY_UNSEEN = "spf_partly_unseen"
    VERSION_HIDDEN = "version_hidden"
    VERSION_VAGUE = "version_vague"
