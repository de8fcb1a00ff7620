"""States of the support desk to start from, and arguments that make sense in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.tools.backend import State
    from windrow.tools.backends.stateful import Arguments, Sampler

FIRST = ("Amara", "Bruno", "Chiara", "Dmitri", "Elif", "Farah", "Goran", "Hana", "Ines", "Jonas", "Keiko", "Luca",
         "Mei", "Nadia", "Oskar", "Priya", "Rafael", "Søren", "Tomás", "Zoë")  # fmt: skip
LAST = ("Abebe", "Bauer", "Conti", "Dubois", "Eriksen", "Ferrari", "García", "Haddad", "Ivanova", "Jansen", "Kaya",
        "Lindqvist", "Moreau", "Novák", "Okafor", "Petrov", "Rossi", "Sato", "Tanaka", "Weber")  # fmt: skip
ASCII = str.maketrans("øéëíáúçöäü", "oeeiaucoau")
PLACES = (
    ("Lange Gasse 7", "Graz", "8010", "AT"), ("Calle Mayor 31", "Zaragoza", "50001", "ES"),
    ("12 Harbour Road", "Cork", "T12 X2Y4", "IE"), ("Kirkegata 5", "Bergen", "5017", "NO"),
    ("48 Mill Lane", "Leeds", "LS1 4AP", "GB"), ("Rue des Lilas 22", "Lyon", "69003", "FR"),
    ("Via Verdi 9", "Parma", "43121", "IT"), ("Hauptstraße 140", "Kassel", "34117", "DE"),
    ("1190 Pine Street", "Portland", "97205", "US"), ("Ulica Długa 16", "Gdańsk", "80-827", "PL"),
)  # fmt: skip
GOODS = (
    ("desk lamp", 34.9), ("wool blanket", 59.0), ("travel mug", 18.5), ("hiking backpack", 89.95),
    ("rain jacket", 74.0), ("coffee grinder", 45.5), ("wireless keyboard", 52.25), ("yoga mat", 27.8),
    ("cast-iron pan", 39.9), ("bicycle light", 22.4), ("bookshelf", 119.0), ("alarm clock", 16.75),
    ("picnic basket", 41.3), ("garden hose", 31.6), ("desk chair", 149.0), ("tea pot", 24.95),
)  # fmt: skip
SUBJECTS = ("Broken zip on the backpack", "Invoice needed with company name", "Parcel was left in the rain",
            "Discount code was not applied", "Question about the warranty", "Wrong colour in the parcel",
            "Login code never arrives", "Charged twice for one order")  # fmt: skip
RESOLUTIONS = ("Replacement sent", "Refund explained by phone", "Invoice sent again", "Customer found the parcel",
               "Password was reset", "Solved by the carrier")  # fmt: skip
NOTES = ("late delivery", "damaged parcel", "long wait on the phone", "wrong item sent", "goodwill after a complaint")
CARRIERS = ("Northline", "Kite Express", "Veloce", "PostPlus")
STATUSES = ("processing", "processing", "shipped", "delivered", "delivered")
TIERS = ("basic", "silver", "gold")


def state(rng: random.Random) -> State:
    """A small shop: two or three customers with their orders, some products, some tickets."""
    now = datetime(2025, 1, 6, 8, 0) + timedelta(days=rng.randrange(300), minutes=5 * rng.randrange(110))  # noqa: DTZ001 - a wall clock's time
    products = {
        f"SKU-{rng.randrange(100, 1000)}": {"name": name, "price": price, "in_stock": rng.randrange(0, 40)}
        for name, price in rng.sample(GOODS, 6)
    }
    customers = dict(_customer(rng) for _ in range(rng.randrange(2, 4)))
    orders = dict(_order(rng, now, customer, products) for customer in customers for _ in range(rng.randrange(1, 4)))
    tickets = dict(_ticket(rng, customer) for customer in customers)
    return {
        "now": now.isoformat(timespec="minutes"),
        "customers": customers, "products": products, "orders": orders, "tickets": tickets,
    }  # fmt: skip


def _customer(rng: random.Random) -> tuple[str, dict[str, Any]]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return f"C-{rng.randrange(1000, 10000)}", {
        "name": f"{first} {last}",
        "email": f"{first}.{last}@example.{rng.choice(('com', 'org', 'net'))}".lower().translate(ASCII),
        "tier": rng.choice(TIERS),
        "credit": float(rng.choice((0, 0, 5, 12.5))),
        "notes": [],
    }


def _order(
    rng: random.Random, now: datetime, customer_id: str, products: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    status = rng.choice(STATUSES)
    placed = now - timedelta(days=rng.randrange(2, 6) if status == "processing" else rng.randrange(6, 60))
    items = [
        {"sku": sku, "name": products[sku]["name"], "quantity": rng.randrange(1, 3), "price": products[sku]["price"]}
        for sku in rng.sample(sorted(products), rng.randrange(1, 3))
    ]
    order: dict[str, Any] = {
        "customer_id": customer_id, "status": status, "order_date": placed.date().isoformat(), "items": items,
        "total": round(sum(item["price"] * item["quantity"] for item in items), 2),
        "address": _address(rng), "refunds": {},
    }  # fmt: skip
    if status != "processing":
        due = placed + timedelta(days=rng.randrange(3, 6))
        arrived = {"delivery_date": due.date().isoformat()} if status == "delivered" else {}
        expected = {} if arrived else {"expected_date": (now + timedelta(days=rng.randrange(1, 4))).date().isoformat()}
        number = f"{rng.choice('KNVP')}{rng.randrange(10**8, 10**9)}"
        order["shipment"] = {"carrier": rng.choice(CARRIERS), "tracking_number": number, **arrived, **expected}
    return f"O-{rng.randrange(10000, 100000)}", order


def _ticket(rng: random.Random, customer_id: str) -> tuple[str, dict[str, Any]]:
    ticket = {
        "customer_id": customer_id, "subject": rng.choice(SUBJECTS), "priority": rng.choice(("low", "normal", "high")),
        "status": "open",
    }  # fmt: skip
    return f"T-{rng.randrange(10000, 100000)}", ticket


def _address(rng: random.Random) -> dict[str, str]:
    return dict(zip(("street", "city", "postcode", "country"), rng.choice(PLACES), strict=True))


def _customer_id(state: State, rng: random.Random) -> str:
    customers: list[str] = sorted(state["customers"])
    return rng.choice(customers)


def _orders(state: State, *statuses: str) -> list[str]:
    return sorted(key for key, order in state["orders"].items() if order["status"] in statuses)


def _find_customer(state: State, rng: random.Random) -> Arguments:
    return {"email": state["customers"][_customer_id(state, rng)]["email"]}


def _get_customer(state: State, rng: random.Random) -> Arguments:
    return {"customer_id": _customer_id(state, rng)}


def _list_orders(state: State, rng: random.Random) -> Arguments:
    order = state["orders"][rng.choice(sorted(state["orders"]))]
    narrowed = {"status": order["status"]} if rng.random() < 0.5 else {}  # noqa: PLR2004 - every other one
    return {"customer_id": order["customer_id"], **narrowed}


def _get_order(state: State, rng: random.Random) -> Arguments:
    return {"order_id": rng.choice(sorted(state["orders"]))}


def _track_shipment(state: State, rng: random.Random) -> Arguments | None:
    sent = _orders(state, "shipped", "delivered")
    return {"order_id": rng.choice(sent)} if sent else None


def _cancel_order(state: State, rng: random.Random) -> Arguments | None:
    here = _orders(state, "processing")
    reason = rng.choice(("changed_mind", "ordered_by_mistake", "takes_too_long", "found_cheaper"))
    return {"order_id": rng.choice(here), "reason": reason} if here else None


def _change_shipping_address(state: State, rng: random.Random) -> Arguments | None:
    here = _orders(state, "processing")
    return {"order_id": rng.choice(here), "address": _address(rng)} if here else None


def _refund_order(state: State, rng: random.Random) -> Arguments | None:
    done = _orders(state, "delivered")
    if not done:
        return None
    order_id = rng.choice(done)
    item = rng.choice(state["orders"][order_id]["items"])
    reason = rng.choice(("damaged", "wrong_item", "missing_parts", "not_as_described"))
    return {"order_id": order_id, "amount": item["price"], "reason": reason}


def _update_email(state: State, rng: random.Random) -> Arguments:
    first, last = rng.choice(FIRST).lower(), rng.choice(LAST).lower()
    return {
        "customer_id": _customer_id(state, rng),
        "email": f"{first[0]}{last}{rng.randrange(10, 99)}@example.com".translate(ASCII),
    }


def _add_credit(state: State, rng: random.Random) -> Arguments:
    amount = float(rng.choice((5, 7.5, 10, 15, 20, 25)))
    return {"customer_id": _customer_id(state, rng), "amount": amount, "note": rng.choice(NOTES)}


def _open_ticket(state: State, rng: random.Random) -> Arguments:
    urgent = {"priority": rng.choice(("low", "high"))} if rng.random() < 0.5 else {}  # noqa: PLR2004
    return {"customer_id": _customer_id(state, rng), "subject": rng.choice(SUBJECTS), **urgent}


def _get_ticket(state: State, rng: random.Random) -> Arguments | None:
    return {"ticket_id": rng.choice(sorted(state["tickets"]))} if state["tickets"] else None


def _close_ticket(state: State, rng: random.Random) -> Arguments | None:
    still = sorted(key for key, ticket in state["tickets"].items() if ticket["status"] == "open")
    return {"ticket_id": rng.choice(still), "resolution": rng.choice(RESOLUTIONS)} if still else None


def _search_products(state: State, rng: random.Random) -> Arguments:
    product = state["products"][rng.choice(sorted(state["products"]))]
    bound = {"max_price": float(int(product["price"]) + 10)} if rng.random() < 0.5 else {}  # noqa: PLR2004
    return {"query": product["name"].split()[-1], **bound}


SAMPLERS: Mapping[str, Sampler] = {
    "find_customer": _find_customer, "get_customer": _get_customer, "list_orders": _list_orders,
    "get_order": _get_order, "track_shipment": _track_shipment, "cancel_order": _cancel_order,
    "change_shipping_address": _change_shipping_address, "refund_order": _refund_order,
    "update_email": _update_email, "add_credit": _add_credit, "open_ticket": _open_ticket,
    "get_ticket": _get_ticket, "close_ticket": _close_ticket, "search_products": _search_products,
}  # fmt: skip
