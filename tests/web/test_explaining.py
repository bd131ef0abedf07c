"""Why a screener found something, in words."""

import pytest

from moderation.models import Finding
from web import explaining


@pytest.mark.parametrize(
    ("rule", "validator", "context", "said"),
    [
        ("card.grouped/1", "Luhn", "", "Rule card.grouped, confirmed by Luhn."),
        ("handle.mention/2", "", "", "Rule handle.mention, by form alone."),
        (
            "phone.called/1",
            "libphonenumber",
            "en:cell phone@-2",
            "Rule phone.called, confirmed by libphonenumber. It stands 2 characters after “cell phone” (English).",
        ),
        (
            "birth.date/1",
            "",
            "de:geboren@1",
            "Rule birth.date, by form alone. It stands 1 character before “geboren” (German).",
        ),
        (
            "birth.date/1",
            "",
            "ja:生@0",
            "Rule birth.date, by form alone. It stands directly before “生” (Japanese).",
        ),
        (
            "toxicity.window/1",
            "",
            "window 3 of 5",
            "Rule toxicity.window, by form alone. Seen with it: window 3 of 5.",
        ),
        ("", "", "", ""),
    ],
)
def test_reason_reads_as_a_sentence(rule: str, validator: str, context: str, said: str) -> None:
    assert explaining.why(Finding(rule=rule, validator=validator, context=context)) == said
