"""What the simulator's fields are filled with: names, places, titles and sentences that mean nobody and nothing."""

from __future__ import annotations

NAMES = (
    "Amara Bauer", "Bruno Conti", "Chiara Dubois", "Elif Haddad", "Goran Novák", "Hana Sato", "Ines Moreau",
    "Jonas Weber", "Mei Tanaka", "Nadia Okafor", "Rafael García", "Zoë Jansen",
)  # fmt: skip
FIRST_NAMES = tuple(name.split()[0] for name in NAMES)
LAST_NAMES = tuple(name.split()[1] for name in NAMES)
CITIES = (
    "Lisbon", "Kraków", "Osaka", "Nairobi", "Montréal", "Porto Alegre", "Gothenburg", "Jaipur", "Valencia", "Cork",
)  # fmt: skip
COUNTRIES = ("Portugal", "Japan", "Kenya", "Canada", "Brazil", "Sweden", "India", "Spain", "Ireland", "Poland")
AIRPORTS = ("LIS", "KRK", "KIX", "NBO", "YUL", "POA", "GOT", "JAI", "VLC", "ORK")
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "INR")
TITLES = (
    "Printer on floor two", "Quarterly figures", "New badge needed", "Broken door lock", "Move to the new office",
    "Slow network in the lab", "Spring catalogue", "Missing delivery note", "Training for the new desk",
    "Update of the price list",
)  # fmt: skip
SENTENCES = (
    "The meeting moves to Thursday morning.", "Please call back before noon.", "The parts arrived in good order.",
    "A new cable was put in and tested.", "The second page is missing.", "Two chairs are still to be delivered.",
    "The lights in the hall do not work.", "Everything was checked twice.", "I will bring the keys tomorrow.",
    "The old address is no longer in use.",
)  # fmt: skip
PATHS = ("/harbour/lantern.txt", "/meadow/copper.txt", "/orchard/plan.txt", "/granite/list.txt", "/walnut/notes.txt")
YEARS = tuple(str(year) for year in range(2019, 2026))
STATES = ("open", "pending", "active", "closed")
WORDS = ("harbour", "lantern", "meadow", "copper", "violet", "granite", "orchard", "compass", "walnut", "ribbon")

IDS = frozenset({"id", "ids", "code", "number", "reference", "key"})
SECRETS = frozenset({"token", "secret", "password", "apikey", "hash"})
MONEY = frozenset({"price", "cost", "amount", "budget", "limit", "balance", "total", "fee", "value", "rate", "salary"})

BY_NAME: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"airport", "iata"}), AIRPORTS),
    (frozenset({"currency"}), CURRENCIES),
    (frozenset({"status"}), STATES),
    (IDS | SECRETS, ()),  # made, not chosen
    (
        frozenset({"message", "text", "content", "body", "description", "comment", "note", "resolution", "reason",
                   "summary", "details"}),
        SENTENCES,
    ),
    (frozenset({"title", "subject", "topic", "event"}), TITLES),
    (frozenset({"first"}), FIRST_NAMES),
    (frozenset({"last", "surname"}), LAST_NAMES),
    (frozenset({"country"}), COUNTRIES),
    (frozenset({"by"}), NAMES),
    (frozenset({"city", "location", "place", "destination", "origin", "town", "from", "to", "address"}), CITIES),
    (frozenset({"path", "file", "folder", "directory"}), PATHS),
    (frozenset({"project", "product", "group", "tag", "keyword", "query"}), WORDS),
    (
        frozenset({"user", "username", "person", "author", "owner", "customer", "contact", "assignee", "recipient",
                   "traveler", "name"}),
        NAMES,
    ),
    (frozenset({"year"}), YEARS),
)  # fmt: skip
"""Words of a field's name to the texts that such a field may hold; the first that fits wins."""
