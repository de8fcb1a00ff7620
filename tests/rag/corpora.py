"""Small corpora for the tests of rag_qa, in three languages: what they say is all in here."""

ENGLISH = """# FAQ: {name} Plan

### What does the paper bill cost?
Paper bills are sent by post for ${fee} per month.

## Limits
- Daily transfer limit: ${limit}
- Monthly data allowance: {data} GB

If you miss a payment, a late fee of ${late} is added to the next bill.
You can add up to {lines} family lines to the {name} Plan.

## How to cancel the {name} Plan
1. Open the settings page of your profile.
2. Choose the plan and confirm with code {code}.
"""
GERMAN = """# {name}konto

Das {name}konto ist ein Angebot für {group}.

- Kontoführungsgebühr: {fee} Euro
- Tageslimit: {limit} Euro

Die Kündigungsfrist beträgt {days} Tage. Das Limit für das Konto gilt nicht an Feiertagen und wird von der Bank geprüft.

## Wie lange dauert eine Überweisung vom {name}konto?
Eine Überweisung ist nach {hours} Stunden auf dem anderen Konto.
"""
CHINESE = """# {name}账户

{name}账户的客户可以随时存款。每日转账限额为{limit}元。年费：{fee}元

## {name}账户的客服时间是什么？
客服从上午{hour}点开始接听电话。
"""
NAMES = ["Amber", "Basil", "Coral", "Delta", "Ember", "Fern", "Grove", "Hazel", "Iris", "Jade", "Karst", "Lotus",
         "Maple", "Nova", "Onyx", "Pearl", "Quartz", "Raven", "Slate", "Tulip"]  # fmt: skip


def english(count=20):
    return {
        f"plans/{name.lower()}.md": ENGLISH.format(
            name=name,
            fee=f"{at}.{at + 10}",
            limit=1000 + at * 7,
            data=40 + at,
            late=200 + at,
            lines=3 + at,
            code=7000 + at,
        )
        for at, name in enumerate(NAMES[:count], start=1)
    }


def repeating():
    """Every plan is described twice, and half of the plans have the same figures: much evidence is elsewhere too."""
    plans = {}
    for at, name in enumerate(NAMES[:12]):
        same = at % 2
        figures = {"fee": f"{same}.55", "limit": 100 + same, "data": 70 + same, "late": 30 + same, "lines": 5 + same}
        plans[f"{name}.md"] = ENGLISH.format(name=name, code=8000 + same, **figures)
        plans[f"{name}-short.md"] = (
            f"# {name} Plan: in short\n\nPaper bills are sent by post for ${figures['fee']} per month. "
            f"The daily transfer limit is ${figures['limit']}.\n"
        )
    return plans


def german():
    sorts = ["Basis", "Premium", "Jugend", "Firmen", "Vereins", "Senioren"]
    return {
        f"{sort}.md": GERMAN.format(
            name=sort, group=f"Gruppe {at}", fee=f"{at},{at}0", limit=900 + at, days=10 + at, hours=20 + at
        )
        for at, sort in enumerate(sorts, start=1)
    }


def chinese():
    return {
        f"{at}.md": CHINESE.format(name=name, limit=1000 + at, fee=100 + at, hour=at)
        for at, name in enumerate(["蓝色", "红色", "金色", "银色", "绿色", "青年"], start=3)
    }


def many(count=150):
    """A corpus large enough for statistics: every document is about another thing."""
    sheet = "# Article A{a}X: data sheet\n\n- Net weight limit: {w} grams\n- Shelf life period: {h} hours\n"
    return {f"{at:03}.md": sheet.format(a=at, w=at + 1000, h=at + 5000) for at in range(count)}


MACHINE = """# {name} Machine: data sheet

The {name} Machine is made for cafés.

- Repair partner: {workshop}
- Tank volume: {tank} litres
- Heating time: {heat} minutes
- Lease price: {lease} euros
"""
WORKSHOP = """# {name}: prices and times

The {name} is open all year and looks after machines of every make.

- Inspection fee: {fee} euros
- Waiting time: {wait} days
- Parts warranty: {months} months

The price in {year} was {price} euros.
"""
WORKSHOPS = ["Lindau Workshop", "Meran Workshop", "Sursee Workshop", "Thun Workshop", "Wels Workshop", "Zug Workshop"]


def linked(count=12):
    """Machines that name their workshop, and workshops: what one passage leads to stands in another."""
    machines = {
        f"machines/{name.lower()}.md": MACHINE.format(
            name=name, workshop=WORKSHOPS[at % len(WORKSHOPS)], tank=10 + at, heat=100 + 3 * at, lease=500 + 7 * at
        )
        for at, name in enumerate(NAMES[:count])
    }
    workshops = {
        f"workshops/{name.lower()}.md": WORKSHOP.format(
            name=name, fee=60 + at, wait=200 + at, months=300 + at, year=2011 + at, price=1700 + at
        )
        for at, name in enumerate(WORKSHOPS)
    }
    return machines | workshops


GERMAN_MACHINE = """# {name}maschine

Die {name}maschine ist für Cafés gebaut und wird nicht an Haushalte verkauft.

- Reparaturwerkstatt: {workshop}
- Tankinhalt: {tank} Liter
"""
GERMAN_WORKSHOP = """# {name}

Die {name} ist an Feiertagen geschlossen und nimmt nur Geräte an, die nicht älter als zehn Jahre sind.

- Prüfgebühr: {fee} Euro
- Wartezeit: {wait} Tage
"""


def linked_german():
    shops = ["Werkstatt Lindau", "Werkstatt Meran", "Werkstatt Thun"]
    sorts = ["Basis", "Premium", "Jugend", "Firmen", "Vereins", "Senioren"]
    machines = {
        f"{sort}.md": GERMAN_MACHINE.format(name=sort, workshop=shops[at % 3], tank=11 + at)
        for at, sort in enumerate(sorts)
    }
    return machines | {
        f"{shop}.md": GERMAN_WORKSHOP.format(name=shop, fee=70 + at, wait=90 + at) for at, shop in enumerate(shops)
    }
