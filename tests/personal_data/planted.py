"""Sentences in many languages with one datum planted in each, and sentences with what only looks like one.

Check digits are computed here, apart from the detector's own code.
"""

import base64
import json
import random
import string
from dataclasses import dataclass

SENTENCES = (
    "Please send it to {} before Friday.", "My details are {} as agreed.", "We noted {} in the file, thank you!",
    "Bitte an {} schicken.", "Ich habe {} eingetragen, danke.", "Merci de noter {} pour la suite.",
    "Veuillez utiliser {} demain.", "Por favor, use {} mañana.", "Anota {} y avísame.", "Usa {} per favore.",
    "Anote {} e avise-me.", "Gebruik {} voortaan.", "Proszę zapisać {} w aktach.", "Lütfen {} kullanın.",
    "Пожалуйста, запишите {} сегодня.", "{} を記録しました。", "请记下 {} ，谢谢。", "{} 으로 보내 주세요.",
    "ご確認は{}までお願いします。", "请记下{}谢谢。", "請用{}聯絡我們", "{}으로 보내 주세요.", "โปรดใช้{}ครับ",
    "يرجى استخدام {} غدا", "कृपया {} लिख लें।", "- {}\n- next", "| name | {} |", "({})", "“{}”",
)  # fmt: skip
CALLS = (
    "Call me at {}.", "phone: {}", "Tel. {}", "Mobile {} please", "Ruf mich unter {} an.", "Handynummer: {}",
    "Telefon: {} (abends)", "Appelez-moi au {}.", "Téléphone : {}", "Llámame al {}.", "Teléfono: {}",
    "Chiamami al {}.", "Cellulare: {}", "Telefone: {}", "Bel me op {}.", "Tel: {}", "Zadzwoń pod {}.",
    "Телефон: {}", "電話番号：{}", "电话：{}", "전화번호: {}",
    "お電話は{}です", "手机号码是{}吗", "휴대폰은 {}입니다", "هاتف: {}", "फ़ोन: {}", "WhatsApp {}",
)  # fmt: skip
IBANS = {"DE": 22, "GB": 22, "FR": 27, "ES": 24, "IT": 27, "NL": 18, "CH": 21, "AT": 20, "BE": 16, "NO": 15, "MT": 31,
         "PL": 28, "SE": 24, "PT": 25, "TR": 26, "AE": 23, "SA": 24, "BR": 29, "GR": 27, "IE": 22}  # fmt: skip
LETTERS = {"GB": 4, "NL": 4, "MT": 4, "IE": 4}  # of the bank, after the check digits
CARDS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16),
         ("65", 16), ("3530", 16), ("36", 14), ("62", 16))  # fmt: skip
PHONES = (
    "+49 30 ########", "+49 (0)171 #######", "+4915#########", "+44 20 7### ####", "+44 (0)20 7### ####",
    "+33 6 ## ## ## ##", "+34 6## ### ###", "+39 06 #### ####", "+31 6 ########", "+41 44 ### ## ##", "+43 1 #######",
    "+1 415 ### ####", "+1-212-###-####", "+1 (646) ###-####", "+7 495 ###-##-##", "+81 3-####-####",
    "+86 138 #### ####", "+82 10-####-####", "+91 98### #####", "+55 11 9####-####", "+61 4## ### ###",
    "+90 532 ### ## ##", "+48 5## ### ###", "+971 50 ### ####", "0049 89 #######", "(415) 5##-####", "415-5##-####",
    "415.5##.####", "1-800-5##-####", "030 / #######", "(030) #######", "0171 #######", "0171/#######", "020 7### ####",
    "07700 9#####", "06 ## ## ## ##", "01.##.##.##.##", "06-########", "044 ### ## ##", "0412 ### ###",
    "(02) 9### ####", "03-####-####", "090-####-####", "010-####-####", "138 #### ####", "98### #####",
    "(11) 9####-####", "8 (495) ###-##-##",
)  # fmt: skip
CALLED = (
    "0171#######", "06########", "6## ### ###", "415 5## ####", "4155######", "5## ### ###", "13#########", "###-####",
    "09########", "91 ### ## ##", "333 #######", "10-####-####", "2### ####", "8 12 ## ## ##",
)  # fmt: skip
ALNUM = string.ascii_letters + string.digits
NAMES = ("ada", "j.meier", "m_rossi", "li-wei", "anna.kowalska", "josé", "b.o'neil", "zoë.k", "info", "k1972", "s+shop")
HOSTS = ("firma.de", "mail.acme.co.uk", "uni-köln.de", "posteo.net", "corp.io", "sub.domain.org", "correo.es",
         "почта.рф", "example.com", "xn--mnchen-3ya.de", "web.museum")  # fmt: skip
DECLARED = (
    'API_KEY="{}"',
    "aws_secret_access_key = {}",
    "export SERVICE_TOKEN={}",
    '"client_secret": "{}"',
    "access_token: {}",
    "Passwort: {}!Q9x",
)


@dataclass(frozen=True)
class Case:
    """A text, and what is planted in it; `kind` of a near-miss is what it might be taken for."""

    kind: str
    text: str
    value: str = ""


def luhn_digit(stem):
    total = 0
    for place, digit in enumerate(reversed(stem)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def iban_check(country, body):
    number = int("".join(str(int(letter, 36)) for letter in f"{body}{country}00"))
    return f"{98 - number % 97:02d}"


def filled(rng, form):
    return "".join(rng.choice(string.digits) if letter == "#" else letter for letter in form)


def fours(text, gap=" "):
    return gap.join(text[at : at + 4] for at in range(0, len(text), 4))


def drawn(rng, length, letters=ALNUM):
    return "".join(rng.choice(letters) for _ in range(length))


def card(rng):
    start, length = rng.choice(CARDS)
    stem = start + drawn(rng, length - len(start) - 1, string.digits)
    number = stem + luhn_digit(stem)
    return rng.choice((number, fours(number), fours(number, "-")))


def iban(rng):
    country = rng.choice(sorted(IBANS))
    bank = drawn(rng, LETTERS.get(country, 0), string.ascii_uppercase)
    body = bank + drawn(rng, IBANS[country] - 4 - len(bank), string.digits)
    number = country + iban_check(country, body) + body
    return rng.choice((number, fours(number), fours(number)))


def ssn(rng):
    area = rng.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10_000):04d}"


def address(rng):
    if rng.random() < 0.6:
        first = rng.choice([n for n in range(1, 224) if n != 127])
        return ".".join(str(n) for n in (first, rng.randrange(256), rng.randrange(256), rng.randrange(1, 255)))
    groups = [f"{rng.randrange(1, 65536):x}" for _ in range(8)]
    groups[0] = rng.choice(("2001", "2a00", "2606", "fd12"))
    full = ":".join(groups)
    return rng.choice((full, f"{groups[0]}:db8::{groups[5]}:{groups[7]}", f"{':'.join(groups[:4])}::{groups[7]}"))


def email(rng):
    return f"{rng.choice(NAMES)}@{rng.choice(HOSTS)}"


def secret(rng):
    return rng.choice(SECRETS)(rng)


def web_token(rng):
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": drawn(rng, 8), "iat": rng.randrange(10**9, 2 * 10**9)}]
    said = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*said, drawn(rng, 43)])


def private_key(rng):
    head, tail = "-----BEGIN PRIVATE " + "KEY-----", "-----END PRIVATE " + "KEY-----"
    return f"{head}\n{drawn(rng, 64)}\n{drawn(rng, 64)}\n{tail}"


# Put together here, so that no scanner takes this file for a leak.
SECRETS = (
    lambda rng: "AKIA" + drawn(rng, 16, string.ascii_uppercase + string.digits),
    lambda rng: "ASIA" + drawn(rng, 16, string.ascii_uppercase + string.digits),
    lambda rng: "gh" + rng.choice("pousr") + "_" + drawn(rng, 36),
    lambda rng: "github" + "_pat_" + drawn(rng, 82),
    lambda rng: "sk" + "-" + drawn(rng, 48),
    lambda rng: "sk" + "-proj-" + drawn(rng, 64),
    lambda rng: "sk" + "-ant-api03-" + drawn(rng, 93) + "AA",
    lambda rng: "xox" + rng.choice("bp") + "-" + drawn(rng, 12, string.digits) + "-" + drawn(rng, 24),
    lambda rng: rng.choice("sr") + "k_live_" + drawn(rng, 24),
    lambda rng: "AIza" + drawn(rng, 35),
    lambda rng: "hf" + "_" + drawn(rng, 34),
    web_token,
    private_key,
)
MAKERS = {"email": email, "card": card, "iban": iban, "ssn": ssn, "ip": address, "secret": secret}


def planted(seed, each):
    """`each` sentences of every kind with one datum in it."""
    rng = random.Random(seed)
    for kind, make in MAKERS.items():
        for _ in range(each):
            value = make(rng)
            yield Case(kind, rng.choice(SENTENCES).format(value), value)
    for _ in range(each):
        value = filled(rng, rng.choice(PHONES))
        yield Case("phone", rng.choice(SENTENCES).format(value), value)
    for _ in range(each // 2):
        value = filled(rng, rng.choice(CALLED))
        yield Case("phone", rng.choice(CALLS).format(value), value)
    for _ in range(each // 4):
        form = rng.choice(DECLARED)
        value = "".join((drawn(rng, 6, string.ascii_letters), drawn(rng, 4, string.digits), drawn(rng, 14)))
        if form.startswith("aws"):
            value = f"a{rng.randrange(10)}B{drawn(rng, 10)}/{drawn(rng, 16)}+{drawn(rng, 9)}"
        planted_value = value + "!Q9x" if form.startswith("Passwort") else value
        yield Case("secret", form.format(value), planted_value)


def wrong_card(rng):
    number = card(rng)
    return number[:-1] + str((int(number[-1]) + rng.randrange(1, 10)) % 10)


def wrong_iban(rng):
    number = iban(rng)
    return number[:-1] + str((int(number[-1]) + rng.randrange(1, 10)) % 10)


def wrong_ssn(rng):
    return rng.choice(("000-12-3456", "666-12-3456", f"9{drawn(rng, 2, string.digits)}-12-3456", "123-00-4567",
                       "123-45-0000", filled(rng, "12#-4#-56#"), filled(rng, "12##-45-678#")))  # fmt: skip


def date(rng):
    year, month, day = rng.randrange(1950, 2035), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice((f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}", f"{day:02}/{month:02}/{year}",
                       f"{day:02}-{month:02}-{year}", f"{year}/{month:02}/{day:02} 12:30", f"{year}-{year + 4}",
                       f"{month:02}/{year} - {month:02}/{year + 1}"))  # fmt: skip


def version(rng):
    numbers = [str(rng.randrange(0, 40)) for _ in range(4)]
    word = rng.choice(("version ", "v", "Version ", "release ", "versión ", "версия ", "版本 ", "section ", "§ "))
    return word + ".".join(numbers)


def order(rng):
    word = rng.choice(("order ", "Order no. ", "invoice ", "Bestellnummer ", "Rechnung ", "commande n° ", "pedido ",
                       "заказ ", "订单 ", "ticket #"))  # fmt: skip
    return word + filled(rng, rng.choice(("##########", "5##-###-####", "2024-######", "1##-#######-#######",
                                          "03# #######", "############")))  # fmt: skip


def isbn(rng):
    stem = "978" + drawn(rng, 9, string.digits)
    digit = str(-sum(int(n) * (3 if at % 2 else 1) for at, n in enumerate(stem)) % 10)
    return rng.choice(("ISBN ", "")) + f"{stem[:3]}-{stem[3]}-{stem[4:8]}-{stem[8:]}-{digit}"


def digest(rng):
    return drawn(rng, rng.choice((32, 40, 64)), "0123456789abcdef")


NEAR = {
    "card": (wrong_card, lambda rng: filled(rng, "978##########"), lambda rng: filled(rng, "1###############"), isbn),
    "iban": (wrong_iban, lambda rng: "XX" + drawn(rng, 20, string.digits), lambda rng: "AB12 " + drawn(rng, 8).upper()),
    "ssn": (wrong_ssn, date, isbn),
    "ip": (version, date, lambda rng: filled(rng, "3##.#.#.#"), lambda rng: f"{rng.randrange(24):02}:15:45",
           lambda rng: ":".join(drawn(rng, 2, "0123456789abcdef") for _ in range(6)), lambda _: "127.0.0.1",
           lambda _: "std::vector<a::b>", lambda rng: filled(rng, "1.3.6.1.4.1.##")),
    "phone": (date, order, isbn, lambda rng: filled(rng, "##########"), lambda rng: filled(rng, "1,###,###,###"),
              lambda rng: filled(rng, "6## ### ### €"), lambda rng: filled(rng, "20##-20## #,## %"), digest, version,
              lambda rng: filled(rng, "48.#####, 2.#####")),
    "email": (lambda rng: f"logo@{rng.randrange(2, 4)}x.png", lambda _: "git@github.com:acme/app.git",
              lambda rng: f"react@18.{rng.randrange(10)}.0", lambda _: "@ada on the forum", lambda _: "user@localhost",
              lambda _: "https://social.example/@ada", lambda _: "a @ b.de", lambda _: "@dataclass(frozen=True)",
              lambda _: "ada [bei] firma"),
    "secret": (digest, lambda rng: f"commit {digest(rng)}", lambda _: "sk-" + "x" * 40, lambda _: "api_key: your-key",
               lambda _: 'password = os.environ["DB_PASSWORD"]', lambda _: "max_tokens=4096",
               lambda _: "token = self.token", lambda _: "-----BEGIN PUBLIC" + " KEY-----",
               lambda rng: f"id {drawn(rng, 8)}-4a2b-4c1d-9e8f-{drawn(rng, 12, '0123456789abcdef')}",
               lambda _: "AKIA is how they begin", lambda _: "The secret: always be early, and bring 2 cups."),
}  # fmt: skip


def near_misses(seed, each):
    """`each` sentences for every kind with what only looks like a datum of it. Nothing personal stands in any."""
    rng = random.Random(seed)
    for kind, makers in NEAR.items():
        for _ in range(each):
            yield Case(kind, rng.choice(SENTENCES).format(rng.choice(makers)(rng)))
