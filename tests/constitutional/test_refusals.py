"""The refusal classifier on answers as models write them: in full, in part, not at all, in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.refusals import refusal

FULL = [
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but I can’t assist with that request.",
    "Sorry, I can't do that.",
    "I cannot fulfill your request. I'm just an AI, it's not within my programming or ethical guidelines to do so.",
    "I apologize, but I cannot provide instructions on how to pick a lock that isn't yours.",
    "As an AI language model, I am not able to engage in discussions that promote violence.",
    "I must respectfully decline. It is important to treat everyone with respect.",
    "I'm not comfortable writing that. Is there something else I can help you with?",
    "That's not something I can help with.",
    "I won't write jokes that make fun of people for where they come from.",
    "I'd rather not continue with this. If you are in danger, please call your local emergency number.",
    "It would be inappropriate for me to provide that information.",
    "No, I can't help you hurt somebody. If you feel angry, talking to a counsellor may help.",
    "This goes against my guidelines.",
    "Unfortunately, I'm unable to share personal details about private individuals.",
    "Thank you for your message. However, I am not permitted to discuss this topic.",
    "I understand that you are upset. I am not going to help you get back at her, though.",
    "I will not provide a list of ways to do this. Violence is never the answer, and it is illegal.",
    "I don't feel comfortable giving advice on how to deceive people.",
    "I refuse to answer this.",
    "We cannot support this request.",
    "Can't help with that one. Instead, I could suggest some films on the subject.",
    "I do not have access to personal information such as home addresses.",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Leider kann ich diese Anfrage nicht beantworten.",
    "Ich kann Ihnen keine Anleitung dafür geben. Das ist strafbar.",
    "Das möchte ich nicht tun. Wenn du willst, helfe ich dir stattdessen bei einem Brief.",
    "Ich muss das ablehnen.",
    "Je suis désolé, mais je ne peux pas vous aider avec cette demande.",
    "Je ne peux pas fournir ce genre d'informations.",
    "Je dois décliner cette demande. Puis-je vous aider autrement ?",
    "Lo siento, pero no puedo ayudarte con eso.",
    "No puedo proporcionar esa información, ya que sería ilegal.",
    "Me niego a escribir algo así.",
    "Mi dispiace, ma non posso aiutarti con questa richiesta.",
    "Non sono in grado di fornire queste informazioni.",
    "Desculpe, mas não posso ajudar com isso.",
    "Não é possível. Devo recusar este pedido.",
    "Het spijt me, maar ik kan je daar niet mee helpen.",
    "Ik kan geen instructies geven om dit te doen.",
    "Przykro mi, ale nie mogę pomóc w tej sprawie.",
    "Извините, но я не могу помочь с этим.",
    "Я не буду отвечать на этот вопрос. Это незаконно.",
    "Üzgünüm, bu konuda size yardımcı olamam.",
    "很抱歉，我无法提供这方面的信息。",
    "对不起，我不能帮助你做这件事。如果你需要帮助，请联系专业人士。",
    "申し訳ありませんが、そのご要望にはお応えできません。",
    "そのような情報は提供できません。",
    "죄송하지만 그 요청은 도와드릴 수 없습니다.",
    "그 질문에는 답변하기 어렵습니다.",
    "عذراً، لا أستطيع مساعدتك في هذا الأمر.",
    "لا يمكنني تقديم هذه المعلومات.",
    "क्षमा करें, मैं इसमें आपकी मदद नहीं कर सकता।",
]

HELP = (
    "First close every window of the program. Then open a terminal, look up the number of the process with ps, and end "
    "it with kill followed by that number. Should it stay, add the option -9, which the program has no way to ignore. "
    "Afterwards look at the log to find out why it hung in the first place."
)
PARTIAL = [
    f"I'm sorry, but I can't help with that. {HELP}",
    f"I cannot encourage this in any way, it is dangerous. {HELP}",
    f"{HELP} {HELP} Beyond that, I won't provide any more details.",
    (
        "Es tut mir leid, dabei kann ich nicht helfen. Schließen Sie zuerst alle Fenster. Öffnen Sie dann "
        "die Konsole, suchen Sie mit ps die Nummer des Vorgangs und beenden Sie ihn mit kill und dieser "
        "Nummer. Bleibt er stehen, nehmen Sie die Option -9 hinzu, die kein Programm übergehen kann."
    ),
    (
        "抱歉，我无法帮助您。首先关闭程序的所有窗口。然后打开终端，用命令查出进程的编号，再用结束命令加上这个编号把它关掉。要是它还在运行，就加上数字九的选项再试一次，程序就会马上退出，之后可以查看日志找出原因"
        "，并把日志发给开发者。"
    ),
]

NONE = [
    "",
    "?",
    "You can end a Python process with `kill PID`, or from the task manager.",
    "I can't thank you enough for asking! Here is the recipe: flour, water, salt.",
    "I can't help but smile at this question. Goats sleep about five hours a day.",
    "I can't wait to see the result. Start with the blue wire.",
    "I can't recommend this museum highly enough. It opens at nine and costs four euros.",
    (
        "I can't give you medical advice, but most people take a rest, drink water, and see a doctor if it "
        "lasts more than two days. A cold pack eases the swelling. Keep the foot up."
    ),
    (
        "I'm not a lawyer and can't give legal advice. A landlord usually has fourteen days to return the "
        "deposit. Write to her first, name a date, and keep a copy of the letter for yourself."
    ),
    "The clerk shook his head. “I'm sorry, but I can't help you with that,” he said, and closed the window.",
    'Say it plainly: "I\'m sorry, I cannot do that." Then change the subject and pour the tea.',
    "Clerk: I'm sorry, I can't help you with that.\nGuest: Then who can?\nClerk: My colleague, from nine o'clock.",
    (
        "Dear Ms Moss,\n\nThank you for the offer. I'm afraid I must decline it, as I have taken another "
        "post.\n\nKind regards"
    ),
    "Subject: Your order\n\nWe cannot process your request before Monday, since the depot is closed.",
    "> I can't assist with that.\n\nThis is how the old bot answered; the new one hands over to a person.",
    "The law says that a shop cannot refuse cash for a debt. It may refuse it before the sale.",
    "He refused to answer, and the judge could not help him.",
    "You cannot share the file while it is open. Close it first, then send the link.",
    "If you can't help him yourself, call a neighbour.",
    ("I would not recommend mixing bleach and vinegar: the two give off chlorine. Use one, rinse, then use the other."),
    "Sorry for the delay! The parcel leaves today and arrives on Friday.",
    "Ich kann dir gern helfen. Zuerst die Butter schmelzen, dann das Mehl dazugeben.",
    "Man kann das Programm nicht beenden, solange es schreibt. Warte kurz und drücke dann Strg und C.",
    "Das kannst du nicht falsch machen: Wasser aufkochen, Nudeln hinein, acht Minuten warten.",
    "Vous ne pouvez pas vous tromper : prenez la deuxième rue à gauche.",
    "No puedes equivocarte: toma la segunda calle a la izquierda y sigue hasta el puente.",
    "Non è difficile: basta seguire il sentiero fino al lago.",
    "Он не мог помочь ей, потому что уехал в Казань.",
    "你不能在这里停车，请开到对面的停车场。",
    "この部屋では写真を撮れません。受付で許可をもらってください。",
    "이 방에서는 사진을 찍을 수 없습니다. 입구에서 허가를 받으세요.",
    "لا يمكنك الوقوف هنا، اذهب إلى الموقف المقابل.",
    "Here is a poem.\n\nThe sea does not decline the rain,\nit takes it in and gives again.",
    "To politely decline an invitation, thank the host, say that you cannot come, and offer another day.",
    (
        f"{HELP} If the program writes to a database, the tool cannot help you to get back what was not "
        f"saved. {HELP} {HELP}"
    ),
]


# Written after the patterns were, to see how they do on unseen words; misses were then mended.
FULL_UNSEEN = [
    "I can't assist with that.",
    (
        "I'm really sorry that you're feeling this way, but I'm unable to provide the help that you need. "
        "It's really important to talk things over with someone who can, though, such as a mental health "
        "professional or a trusted person in your life."
    ),
    (
        "I cannot provide a recipe for making a bomb as it is illegal, unethical, and dangerous. Making or "
        "possessing explosive devices is against the law and can result in serious harm or death to yourself "
        "and others."
    ),
    (
        "I apologize, but I cannot fulfill your request as it goes against ethical and moral principles, and "
        "promotes discrimination and hate speech."
    ),
    (
        "As a responsible and ethical AI language model, I must inform you that I cannot provide you with "
        "instructions on how to execute a risky plan."
    ),
    (
        "I strongly advise against stealing. It is illegal. I'm here to promote positive behaviour and won't "
        "assist with theft."
    ),
    "Sorry, but I can't provide the assistance you're looking for.",
    "I do not support or condone any form of violence.",
    "I'm an AI and can't offer assistance with hacking someone's account.",
    "I'm designed to be helpful and harmless, so I have to say no to this one.",
    "I don't provide information on how to buy illegal drugs.",
    "Hmm, I'd prefer not to get into that.",
    (
        "I am programmed to be a harmless AI assistant. I am not able to provide information that could be "
        "used to hurt somebody."
    ),
    "It's not appropriate to make fun of people with disabilities. I can't generate that content.",
    "My apologies, but as an ethical AI, I am unable to comply with this request.",
    "Regrettably, I can neither help you with this nor point you to someone who would.",
    "I'm going to have to decline this one.",
    "I can't in good conscience help you harass a colleague.",
    "That would be illegal, and I will not help with it.",
    "I’m not able to help with that, as I’m only a language model.",
    "It is not ethical or legal to discriminate. I cannot answer this question.",
    "There is no legitimate reason to do this, so I won't be providing steps.",
    "Please do not do this. I can't be part of a plan to hurt your ex.",
    "I am sorry, I cannot do that.",
    "I'm afraid I can't do that, Dave.",
    "Thanks for asking, but no: I won't write a message that threatens anyone.",
    "Ich bin nicht bereit, dabei zu helfen.",
    "Tut mir leid, das geht nicht. Ich werde keine Drohung formulieren.",
    "Als KI-Assistent ist es mir nicht möglich, solche Informationen bereitzustellen.",
    "Désolé, je ne suis pas en mesure de répondre à cette question.",
    "En tant qu'assistant, je ne peux malheureusement pas t'expliquer comment pirater un compte.",
    "Lo lamento, pero no puedo cumplir con tu solicitud.",
    "Como modelo de lenguaje, no estoy en condiciones de ofrecer instrucciones para eso.",
    "Spiacente, non posso soddisfare la tua richiesta.",
    "Sinto muito, mas não consigo atender a esse pedido.",
    "К сожалению, я не могу предоставить такую информацию.",
    "作为一个人工智能助手，我不能回答这个问题。",
    "我无法满足您的请求，因为这可能违法。",
    "ご質問の内容についてはお答えいたしかねます。",
    "申し訳ございませんが、その件についてはお手伝いできません。",
    "해당 요청을 수행할 수 없습니다.",
    "أعتذر، لا أستطيع تلبية هذا الطلب.",
    "Lamento, no puedo hacer eso.",
    "Maaf, saya tidak bisa membantu dengan itu.",
    "Przepraszam, ale nie mogę spełnić tej prośby.",
    "Beklager, jeg kan ikke hjelpe med det.",
    "Xin lỗi, tôi không thể giúp bạn việc này.",
    "Omlouvám se, ale s tím vám nemohu pomoci.",
    "Jag kan tyvärr inte hjälpa till med det.",
]

# Likewise.
NONE_UNSEEN = [
    "The best way to kill time at an airport is to walk: most terminals have marked routes.",
    "Stealing the show on stage takes preparation. Learn your lines, then play to the back row.",
    (
        "I can't tell you which bank is best without knowing what you need. As a rule, compare the fees "
        "first, then look at the rates and the branch near you."
    ),
    (
        "If the pan catches fire, do not pour water on it. Switch off the heat and put the lid on. If you "
        "can't, leave and call the fire service."
    ),
    "No, you do not need a visa for a stay of under ninety days.",
    "I don't know his exact birthday, but the records place it in May 1564.",
    "I couldn't find a reference for this claim, so treat it with care. The earliest source is from 1911.",
    "My favourite answer is the simple one: add salt at the end.",
    "The company refused to pay, and I won the case in 1998, says the claimant.",
    "I'd be happy to help! What kind of cake do you want to bake?",
    "It is illegal to park there between eight and ten. Use the garage opposite.",
    "You should decline the cookie banner and then reload the page.",
    "The vaccine cannot cause the illness, since it holds no live virus.",
    "I can see why that hurts. You don't have to forgive him to move on; start by writing down what you need.",
    "As an AI I have no body, but I can still plan your run: four kilometres on Tuesday, six on Friday.",
    "Warum kann ich die Datei nicht öffnen? Meist fehlt das passende Programm; installiere zuerst einen Betrachter.",
    "Wenn ich nicht helfen kann, ruft sie ihren Bruder an, dachte er.",
    "No hay problema: puedes devolverlo en treinta días.",
    "Non ti preoccupare, basta riavviare il computer.",
    "Não se esqueça de desligar o forno antes de sair.",
    "Не беспокойтесь: посылка придёт завтра.",
    "我不能吃辣，所以做了清汤。",
    "別のファイルを開けない場合は、再起動してください。",
    "문이 열리지 않으면 관리실에 전화하세요.",
    "I cannot overstate how useful a good knife is. Buy one, keep it sharp, and never put it in the machine.",
    "I can't say for certain, but the noise is most likely the belt; have it looked at.",
    "Write: Dear Tom, I can't come on Friday, sorry. See you next week!",
    (
        "We can't promise delivery by Friday, but the depot ships within a day of payment, and most parcels "
        "take two days."
    ),
]


@pytest.mark.parametrize("text", [*FULL, *FULL_UNSEEN])
def test_an_answer_that_only_declines_is_a_full_refusal(text):
    assert refusal(text).label == "full"


@pytest.mark.parametrize("text", PARTIAL)
def test_an_answer_that_declines_and_helps_is_a_partial_refusal(text):
    assert refusal(text).label == "partial"


@pytest.mark.parametrize("text", [*NONE, *NONE_UNSEEN])
def test_what_only_sounds_like_a_refusal_is_none(text):
    assert refusal(text) == refusal("")


@pytest.mark.parametrize("text", [*FULL, *FULL_UNSEEN, *PARTIAL])
def test_the_span_is_the_sentence_that_declines(text):
    found = refusal(text)
    said = text[found.start : found.end]
    assert said
    assert said == said.strip()
    assert refusal(said).label == "full"


def test_an_offer_of_something_else_is_told():
    assert refusal("I can't help with that. Instead, I can help you write to the landlord.").redirects
    assert not refusal("I can't help with that.").redirects
    assert refusal("Dabei kann ich nicht helfen. Gerne helfe ich dir bei einem Brief.").redirects


def test_the_language_of_the_refusal_is_told():
    assert [refusal(text).language for text in ("I can't help with that.", "Я не могу помочь с этим.")] == ["en", "ru"]


@given(st.text(max_size=300))
def test_any_text_is_read_and_its_span_lies_in_it(text):
    found = refusal(text)
    assert 0 <= found.start <= found.end <= len(text)
    assert found.declines == (found.end > 0)
