"""A shop's support desk: accounts, orders, refunds and tickets, with the rules that such desks have.

An order can be cancelled or sent elsewhere until it has left, paid back within thirty days of its delivery and never
beyond what was paid; credit is given up to a bound. What breaks a rule is refused in words, and changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from windrow.tools.backends import support_sampling
from windrow.tools.backends.stateful import Denied, Handler, Sampler, StatefulBackend, found, new_id, tool

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from windrow.row import Tool
    from windrow.tools.backend import State

REFUND_DAYS = 30
MOST_CREDIT = 50.0
CANCEL_REASONS = ("changed_mind", "ordered_by_mistake", "takes_too_long", "found_cheaper")
REFUND_REASONS = ("damaged", "wrong_item", "missing_parts", "not_as_described")
PRIORITIES = ("low", "normal", "high")

TEXT = {"type": "string", "minLength": 1}
ORDER_ID = {**TEXT, "description": "The order's id, such as O-48213."}
CUSTOMER_ID = {**TEXT, "description": "The customer's id, such as C-1042."}
TICKET_ID = {**TEXT, "description": "The ticket's id, such as T-20517."}
EMAIL = {"type": "string", "format": "email", "description": "The customer's e-mail address."}
ADDRESS = {
    "type": "object",
    "description": "A postal address.",
    "properties": {
        "street": {**TEXT, "description": "Street and number."},
        "city": {**TEXT, "description": "The town."},
        "postcode": {**TEXT, "description": "The postal code."},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$", "description": "Two-letter ISO country code."},
    },
    "required": ["street", "city", "postcode", "country"],
    "additionalProperties": False,
}


def _amount(description: str, **bounds: float) -> dict[str, Any]:
    return {"type": "number", "description": description, "exclusiveMinimum": 0, **bounds}


def find_customer(state: State, email: str) -> dict[str, Any]:
    for key, customer in state["customers"].items():
        if customer["email"].casefold() == email.casefold():
            return {"customer_id": key, "name": customer["name"], "email": customer["email"], "tier": customer["tier"]}
    raise Denied("not_found", f"No customer has the e-mail address {email}.")


def get_customer(state: State, customer_id: str) -> dict[str, Any]:
    customer = found(state["customers"], customer_id, "customer")
    return {"customer_id": customer_id, **{key: customer[key] for key in ("name", "email", "tier", "credit")}}


def list_orders(state: State, customer_id: str, status: str | None = None) -> dict[str, Any]:
    found(state["customers"], customer_id, "customer")
    orders = [
        {"order_id": key, "status": order["status"], "order_date": order["order_date"], "total": order["total"]}
        for key, order in sorted(state["orders"].items())
        if order["customer_id"] == customer_id and status in (None, order["status"])
    ]
    return {"customer_id": customer_id, "orders": orders}


def get_order(state: State, order_id: str) -> dict[str, Any]:
    order = found(state["orders"], order_id, "order")
    keys = ("customer_id", "status", "order_date", "total", "items", "address")
    return {"order_id": order_id, **{key: order[key] for key in keys}}


def track_shipment(state: State, order_id: str) -> dict[str, Any]:
    order = found(state["orders"], order_id, "order")
    if order["status"] not in {"shipped", "delivered"}:
        raise Denied("not_shipped", f"Order {order_id} is {order['status']} and has not been shipped.")
    return {"order_id": order_id, "status": order["status"], **order["shipment"]}


def cancel_order(state: State, order_id: str, reason: str) -> dict[str, Any]:
    order = _still_here(state, order_id, "cancelled")
    order["status"] = "cancelled"
    order["cancel_reason"] = reason
    return {"order_id": order_id, "status": "cancelled", "refunded_amount": order["total"]}


def change_shipping_address(state: State, order_id: str, address: dict[str, Any]) -> dict[str, Any]:
    order = _still_here(state, order_id, "sent elsewhere")
    order["address"] = address
    return {"order_id": order_id, "status": order["status"], "address": address}


def refund_order(state: State, order_id: str, amount: float, reason: str) -> dict[str, Any]:
    order = found(state["orders"], order_id, "order")
    if order["status"] != "delivered":
        raise Denied("not_delivered", f"Order {order_id} is {order['status']}; only delivered orders are refunded.")
    age = date.fromisoformat(state["now"][:10]) - date.fromisoformat(order["shipment"]["delivery_date"])
    if age.days > REFUND_DAYS:
        raise Denied(
            "too_late", f"Order {order_id} was delivered {age.days} days ago; refunds end after {REFUND_DAYS}."
        )
    left = round(order["total"] - sum(refund["amount"] for refund in order["refunds"].values()), 2)
    if amount > left:
        raise Denied("too_much", f"Order {order_id} can be refunded up to {left}, not {amount}.")
    refund_id = new_id("R-", order["refunds"], order_id, amount, reason)
    order["refunds"][refund_id] = {"amount": round(amount, 2), "reason": reason}
    return {"refund_id": refund_id, "order_id": order_id, "amount": round(amount, 2), "status": "approved"}


def update_email(state: State, customer_id: str, email: str) -> dict[str, Any]:
    customer = found(state["customers"], customer_id, "customer")
    if any(other["email"].casefold() == email.casefold() for other in state["customers"].values()):
        raise Denied("taken", f"The e-mail address {email} belongs to an account already.")
    customer["email"] = email
    return {"customer_id": customer_id, "email": email}


def add_credit(state: State, customer_id: str, amount: float, note: str) -> dict[str, Any]:
    customer = found(state["customers"], customer_id, "customer")
    if amount > MOST_CREDIT:
        raise Denied("too_much", f"Credit is given up to {MOST_CREDIT:g} at a time.")
    customer["credit"] = round(customer["credit"] + amount, 2)
    customer["notes"] = sorted([*customer["notes"], note])
    return {"customer_id": customer_id, "added": amount, "credit": customer["credit"]}


def open_ticket(state: State, customer_id: str, subject: str, priority: str = "normal") -> dict[str, Any]:
    found(state["customers"], customer_id, "customer")
    ticket_id = new_id("T-", state["tickets"], customer_id, subject, priority)
    ticket = {"customer_id": customer_id, "subject": subject, "priority": priority, "status": "open"}
    state["tickets"][ticket_id] = ticket
    return {"ticket_id": ticket_id, "status": "open", "priority": priority}


def get_ticket(state: State, ticket_id: str) -> dict[str, Any]:
    return {"ticket_id": ticket_id, **found(state["tickets"], ticket_id, "ticket")}


def close_ticket(state: State, ticket_id: str, resolution: str) -> dict[str, Any]:
    ticket = found(state["tickets"], ticket_id, "ticket")
    if ticket["status"] == "closed":
        raise Denied("closed", f"Ticket {ticket_id} is closed already.")
    ticket.update(status="closed", resolution=resolution)
    return {"ticket_id": ticket_id, "status": "closed"}


def search_products(state: State, query: str, max_price: float | None = None) -> dict[str, Any]:
    hits = [
        {"sku": key, "name": product["name"], "price": product["price"], "in_stock": product["in_stock"]}
        for key, product in sorted(state["products"].items())
        if query.casefold() in product["name"].casefold() and (max_price is None or product["price"] <= max_price)
    ]
    return {"query": query, "products": hits}


def _still_here(state: State, order_id: str, what: str) -> dict[str, Any]:
    order: dict[str, Any] = found(state["orders"], order_id, "order")
    if order["status"] != "processing":
        raise Denied("too_late", f"Order {order_id} is {order['status']} and can no longer be {what}.")
    return order


TOOLS: tuple[Tool, ...] = (
    tool("find_customer", "Find a customer's account by e-mail address.", {"email": EMAIL}),
    tool("get_customer", "Get a customer's account: name, e-mail, tier and credit.", {"customer_id": CUSTOMER_ID}),
    tool(
        "list_orders",
        "List a customer's orders, all of them or those in one status.",
        {"customer_id": CUSTOMER_ID},
        {
            "status": {
                "type": "string",
                "enum": ["processing", "shipped", "delivered", "cancelled"],
                "description": "Only orders in this status.",
            }
        },
    ),
    tool("get_order", "Get an order: status, date, total, items and address.", {"order_id": ORDER_ID}),
    tool("track_shipment", "Track the shipment of an order that has left.", {"order_id": ORDER_ID}),
    tool(
        "cancel_order",
        "Cancel an order that has not been shipped yet. The customer gets all money back.",
        {
            "order_id": ORDER_ID,
            "reason": {"type": "string", "enum": list(CANCEL_REASONS), "description": "Why it is cancelled."},
        },
    ),
    tool(
        "change_shipping_address",
        "Change where an order that has not been shipped yet is sent to.",
        {"order_id": ORDER_ID, "address": ADDRESS},
    ),
    tool(
        "refund_order",
        f"Pay money back for a delivered order, within {REFUND_DAYS} days of its delivery.",
        {
            "order_id": ORDER_ID,
            "amount": _amount("How much to pay back, in the order's currency."),
            "reason": {"type": "string", "enum": list(REFUND_REASONS), "description": "What is wrong with it."},
        },
    ),
    tool("update_email", "Change the e-mail address of an account.", {"customer_id": CUSTOMER_ID, "email": EMAIL}),
    tool(
        "add_credit",
        "Give a customer credit as an apology.",
        {
            "customer_id": CUSTOMER_ID,
            "amount": _amount("How much credit.", maximum=1000),
            "note": {**TEXT, "description": "Why it is given."},
        },
    ),
    tool(
        "open_ticket",
        "Open a support ticket for a customer.",
        {"customer_id": CUSTOMER_ID, "subject": {**TEXT, "description": "What it is about, in a few words."}},
        {
            "priority": {
                "type": "string",
                "enum": list(PRIORITIES),
                "default": "normal",
                "description": "How urgent it is.",
            }
        },
    ),
    tool("get_ticket", "Get a support ticket.", {"ticket_id": TICKET_ID}),
    tool(
        "close_ticket",
        "Close a support ticket with a resolution.",
        {"ticket_id": TICKET_ID, "resolution": {**TEXT, "description": "How it was solved."}},
    ),
    tool(
        "search_products",
        "Search the shop's products by name.",
        {"query": {**TEXT, "description": "A word of the product's name."}},
        {"max_price": _amount("Only products up to this price.")},
    ),
)  # fmt: skip


class Support(StatefulBackend):
    """Orders, refunds, accounts and tickets of a shop."""

    name = "support"
    version = 1
    tools = TOOLS
    HANDLERS: ClassVar[Mapping[str, Handler]] = {
        handler.__name__: handler
        for handler in (
            find_customer, get_customer, list_orders, get_order, track_shipment, cancel_order,
            change_shipping_address, refund_order, update_email, add_credit, open_ticket, get_ticket, close_ticket,
            search_products,
        )
    }  # fmt: skip
    SAMPLERS: ClassVar[Mapping[str, Sampler]] = support_sampling.SAMPLERS
    MUTATING: ClassVar[frozenset[str]] = frozenset(
        {
            "cancel_order", "change_shipping_address", "refund_order", "update_email", "add_credit", "open_ticket",
            "close_ticket",
        }
    )  # fmt: skip

    def initial_states(self, rng: random.Random) -> Iterator[State]:
        while True:
            yield support_sampling.state(rng)
