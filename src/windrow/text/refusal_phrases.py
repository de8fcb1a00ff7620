"""How people and models decline, in nineteen languages, as data for `refusals`.

Each language has what marks a sentence that declines (first person, cannot or will not, a verb of helping) and what is
said around it: apologies, reasons, offers of other help. A pattern is a list of alternatives, one to a line; "…" stands
for a few words, VERB for the language's verbs. A sentence that only looks like a refusal ("I can't thank you enough")
is told by IDIOM; one that hedges before it helps ("I can't give medical advice, but") by DISCLAIMER.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

GAP = r"[^.!?。！？؟।\n]{0,60}?"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `signs` are lower-case pieces, one of which stands in every sentence that `declines` finds;
    `around` finds what goes with a refusal and is no help, `redirects` those parts of it that offer something else."""

    code: str
    signs: tuple[str, ...]
    declines: re.Pattern[str]
    redirects: re.Pattern[str]
    around: re.Pattern[str] = field(repr=False)


def _lines(source: str, verbs: str = "") -> re.Pattern[str]:
    """The alternatives of `source`, one to a line."""
    alternatives = [line.strip() for line in source.splitlines() if line.strip()]
    verb = "(?:" + "".join(verbs.split()) + ")"
    return re.compile("|".join(alternatives).replace("…", GAP).replace("VERB", verb), re.IGNORECASE)


def _tongue(code: str, signs: str, declines: str, verbs: str, redirects: str, around: str) -> Tongue:
    """`signs` are parted by "/"."""
    return Tongue(
        code, tuple(signs.split("/")), _lines(declines, verbs), _lines(redirects), _lines(f"{redirects}\n{around}")
    )


# Ways to decline in which no verb of helping need stand: what is asked for is named instead, or only pointed at.
ENGLISH_PHRASES = r"""
    \b(?:so|and|but|therefore),?\sI\sWILLNOT\s*[.!]|\bI\sdecline\s*[.!]|\brequest\s(?:that\s)?I\sWILLNOT\b
    \bI(?:'m|\sam)\s(?:declining|refusing|choosing\snot\sto|drawing\sthe\sline|unable\sto\sgo\s(?:further|on)\swith)\b|\bI\s(?:was|am|have\sbeen)\sdesigned\snot\sto\b
    \bI(?:\swant|\swill\shave|'ll\shave)\sno\spart\s(?:in|of)\b|\bI\shave\sno\sintention\sof\s…VERB
    \bI\s(?:do\snot|don't)\s(?:feel\sable\sto|think\sI\sshould)\b…VERB
    \bthere(?:\sis|'s)\sno\sway\s(?:that\s)?I(?:'m|'ll|'d|\sam|\swill|\swould)\b…VERB
    ISNOT\ssomething\s(?:that\s)?I\s(?:share|discuss|write|create|provide|support|do\b)
    ISNOT\ssomething\s(?:that\s)?I(?:'ll|'d|\swill|\swould|\scan|'m|\sam)\b[^.!?\n]{0,30}?\b
        (?:help|assist|support|put\stogether|walk\syou|guide\syou|willing|comfortable|prepared|able\sto)
    \b(?:outside|beyond|against)\s(?:of\s)?what\sI(?:'m|\sam|\scan)\s(?:able|allowed|here|help|assist|offer|do\b)
    \bthe\s(?:rules|guidelines|policies|principles)\sI\s(?:work\sunder|follow)\b[^.!?\n]*\bI\sWILLNOT\b
    \b(?:something|one|request)\s(?:that\s)?I\s(?:have\sto\s(?:sit\sout|turn\sdown)|stay\saway\sfrom|WILLNOT\s(?:touch|help))
    \bI(?:'ll|'d|\swill|\swould|'m|\sam|\shave)\b[^.!?\n]{0,24}?\b
        (?:pass\son|sit|skip|leave|turn\sdown)\s(?:this|that)(?:\sone)?(?:\sout|\salone)?\s*[.!,;]
    \bI(?:'m|\sam)\sgoing\sto\spass\son\s\w+ing\b|\ba\s(?:hard|firm)\sno\s(?:from\sme|on\sthis)|\bnot\spossible\sfor\sme\b
    \A\W*(?:no|nope|sorry),?\s(?:I'm\s|I\sam\s)?not\s(?:doing|helping\swith|writing|making)\s(?:that|this|it|any)\b
    \bit(?:'s|\sis)\snot\s(?:appropriate|ethical|acceptable)\sto\s
        (?:suggest\sways|ask\sfor\s(?:instructions|help\swith|ways)|(?:provide|give|share)\s(?:instructions|guidance))
""".replace("WILLNOT", r"(?:can't|cannot|won't|will\snot)").replace(
    "ISNOT", r"(?:\b(?:is|are)\snot|'s\snot|\b(?:isn't|aren't))"
)

ENGLISH = _tongue(
    "en",
    "can't/cannot/can not/could/won't/will not/able/decline/refuse/not /don't/sorry/against my/violate/outside my"
    "/beyond my/my /inappropriate/unethical/irresponsible/rather/prefer/uncomfortable/unwilling/prohibited/something i"
    "/wrong/neither/say no/isn't something/aren't something/declining/refusing/turn down/pass on/sit this/sit that"
    "/leave this/leave that/no way i/hard no/firm no/no part /the line/request i/intention of"
    "/what i'm/what i am/what i can/so i ",
    r"""
    \b(?:I|we)(?:\s(?:really|simply|just|also|do|therefore|regretfully|unfortunately|personally|can|will))*\s?CANNOT\b…\bVERB
    \bI\b…\b(?:and|but|so\sI|therefore)\s(?:can't|cannot|won't|will\snot)\b…VERB
    \A\W*(?:(?:no|nope|sorry),?\s)?(?:but\s)?(?:I'm\s)?(?:not\sgoing\sto|can't|cannot|won't|unable\sto)\b…VERB
    \bI(?:'d|\swould)?\s(?:rather|prefer)\snot(?:\sto)?(?:\s*(?:[.,;!]|\Z)|\s(?:\w+\s)?VERB|\s(?:get\sinto|say|touch|joke)\b)
    \bI(?:'ll|'d|'m|\sam)?MUST*(?:\s(?:respectfully|politely|kindly|firmly|also))*\s(?:decline\b|refuse\b|say\sno(?:\sto\s|\s*[.!,;]))
    \b(?:that|this|it|which)(?:'s|\sis)\snot\ssomething\s(?:that\s)?I(?:\scan|\sam|'m|'ll|\swill|'d)\b
    \b(?:that|this|it|which)(?:'s|\sis)\ssomething\s(?:that\s)?I\s(?:can't|cannot|won't|will\snot|(?:am|'m)\s(?:un|not\s)able)
    \b(?:would\sbe|is)\s(?:inappropriate|not\sappropriate|unethical|irresponsible|wrong)\s(?:of\sme\s|for\sme\s)to\b…VERB
    \b(?:against|violates?|outside|beyond)\smy\s(?:ethical\s|own\s|content\s|safety\s|core\s)*
        (?:guidelines|policy|policies|programming|principles|values|ethics)
    \bmy\s(?:guidelines|programming|training|principles|values|purpose)\b…
        (?:prevents?|prohibits?|forbids?|do(?:es)?\snot\s(?:allow|permit)|don't\s(?:allow|permit))
    \bI\s(?:do\snot|don't)\shave\s(?:access\sto|any\sinformation|information\s(?:on|about)|the\sability\sto|personal)\b
    \A\W*(?:I'm\s|I\sam\s)?sorry,?\s(?:but\s)?(?:that|this)(?:'s|\sis)\s(?:not\spossible|not\sallowed)
    PHRASES
    """.replace("PHRASES", ENGLISH_PHRASES)
    .replace("\n        (", "(")
    .replace("MUST", r"(?:\smust|\shave\sto|\swill|\sneed\sto|\sgoing\sto|\swould\slike\sto|\safraid\sI\smust)")
    .replace(
        "CANNOT",
        r"(?:can(?:not|'t|\snot)|could(?:\snot|n't)|won't|will\snot|neither|(?:am|'m)\s(?:(?:un|not\s)able|unwilling"
        r"|not\s(?:allowed|permitted|going|willing|in\sa\sposition|comfortable|programmed|designed|prepared)"
        r"|uncomfortable|prohibited\sfrom)|(?:do\snot|don't)\s(?:feel\scomfortable|think\sI\s(?:can|should)|want\sto"
        r"|wish\sto|(?=condone|encourage|promote|endorse|support|engage|provide|offer|assist|help"
        r"|(?:draft|write|create|make)\s(?:fake|such|that|content\sthat)|give\sout|do\s(?:that|this|such))))",
    ),
    r"""
    assistance|(?:help|assist|aid|offer|answer|respond|engag|participat|creat|generat|writ|produc|compos|draft|support
    |discuss|teach|complet|process|continu|facilitat|perform|proceed|accommodat|entertain|reveal|disclos|provid|giv|shar
    |condon|endors|encourag|promot|fulfil|fulfill)(?:e|ing)?|reply(?:ing)?|comply(?:ing)?|satisfy(?:ing)?
    |tak(?:e|ing)\spart|do(?:ing)?\s(?:that|this|so|it|what)|talk(?:ing)?\sabout|advis(?:e|ing)\syou\s(?:on|how)
    |tell\syou\s(?:how\s(?!much|happy|glad|sorry|good)|where|what|who)|(?:explain|describ)(?:e|ing)?\show|guide\syou
    |walk\syou|show\syou|put(?:ting)?\s(?:that|this|it|one)\stogether|explain(?:ing)?\s(?:that|this|it)
    |mak(?:e|ing)\s(?:that|this|such|any|a\sjoke|jokes|fun)|be\s(?:a\s)?part(?:y)?\s(?:of|to)|honou?r(?:ing)?\s(?:that|this)
    |go\s(?:there|along)
    """,
    r"""
    \binstead\b|\balternativ|\bfeel\sfree\sto\b|\blet\sme\sknow\b|\bwhat\sI\scan\sdo\b|\breach(?:ing)?\sout\b
    \b(?:happy|glad)\sto\s(?:help|assist|support|talk)|\bis\sthere\s(?:anything|something)\b
    \b(?:can|could|would|'ll|will)\s(?:gladly\s|certainly\s|also\s|happily\s)?(?:help|assist|offer|suggest|talk|explain|show|point\syou)\b
    \bplease\s(?:contact|reach|seek|call|consult|talk|speak|consider|ask)\b
    \b(?:hotline|helpline|lifeline|emergency|crisis|counsel+or|therapist|professional|support\sline)\b
    """,
    r"""
    \b(?:sorry|apologi[sz]e|I\sunderstand|as\san\sAI|language\smodel|my\s(?:purpose|goal|guidelines|role))\b
    \b(?:illegal|unlawful|unethical|immoral|harmful|dangerous|wrong|inappropriate|offensive|hurtful|disrespectful)\b
    \b(?:against\sthe\slaw|serious\sconsequences|violates?|never\s(?:okay|ok|acceptable|the\sanswer)|authorities|police)\b
    \b(?:it\sis|it's)\s(?:important|crucial|essential|never|not)\b
    \bif\syou(?:'re|\sare|\shave|\sneed|\swould|'d|\sknow|\sor\ssomeone)\b
    """,
)

GERMANIC = (
    _tongue(
        "de", "ich /es mir/ist mir",
        r"""
        \b(?:kann|darf|werde|möchte|will)\sich\b…\b(?:nicht|kein\w*)\b…VERB
        \bich\s(?:kann|darf|werde|möchte|will)\b…\b(?:nicht|kein\w*)\b…VERB
        \bich\sbin\s(?:leider\s)?nicht\s(?:in\sder\sLage|bereit|befugt)\b
        \b(?:ist\ses\smir|es\sist\smir)\s(?:leider\s)?nicht\s(?:möglich|erlaubt|gestattet)\b
        \bich\s(?:muss|möchte)\b…\b(?:ablehnen|verweigern)\b
        \bich\s(?:lehne\s(?:das|dies|es|diese|die|Ihre|deine)|weigere\smich)\b
        \b(?:dabei|damit|das|dies|hierbei)\s(?:kann|darf|werde)\sich\b…\bnicht\b
        \b(?:muss|möchte)\sich\s(?:leider\s)?(?:ablehnen|verweigern|passen)\b|\blehne\sich\b…\bab\b
        \b(?:das|so\s?etwas|sowas|da)\s(?:mache|schreibe|tue)\sich\s(?:leider\s)?nicht(?:\smit)?\s*[.!,]
        \b(?:dabei|dazu|damit|hierbei|solche\w*\s\w+|diese[rmns]?\s(?:Bitte|Anfrage|Frage|Wunsch))\s
            (?!glaube|denke|finde|meine|sehe|brauche|kenne)\w+e\sich\s(?:\w+\s){0,2}nicht\b
        \b(?:bei|mit)\s(?:so\setwas|\w+)\s(?:\w+\s){0,3}(?:helfe|mache)\sich\snicht\b
        \b(?:dazu|hierzu|dafür|darüber)\s(?:gebe|sage|schreibe|verrate|darf|kann|möchte)\sich\s(?:leider\s)?
            (?:nichts|keine)\b(?!\s(?:Genau|Näher|Sicher))
        \bich\s(?:schreibe|verfasse|erstelle|gebe)\skeine?n?\s(?:Droh\w*|solche\w*|Anleitung\w*|Auskunft)\b
        """.replace("\n            (", "("),
        r"""helf|hilfreich|unterstütz|antwort|bereitstell|zur\sVerfügung|geben|liefern|anbieten|schreib|erstell|nennen
        |\btun\b|machen|erfüll|nachkomm|teilnehm|mitwirk|besprech|erklär|verrat|eingeh|befürwort|dienen|behilflich
        |ausführ|formulier|verfass""",
        r"""\bstattdessen\b|\bgerne?\s(?:helfe|unterstütze|kann)|\bwende(?:n\sSie)?\s(?:dich|sich)\b|\bNotruf|\bBeratung
        \balternativ|\bkann\sich\s(?:Ihnen|dir)?\s?(?:aber|gerne|jedoch)|\bhelfe\sich""",
        r"\b(?:leider|tut\smir\sleid|Entschuldigung|illegal|strafbar|gefährlich|schädlich|verboten|wichtig|als\sKI)\b",
    ),
    _tongue(
        "nl", "ik ",
        r"""
        \bik\s(?:kan|mag|wil|zal)\b…\b(?:niet|geen)\b…VERB
        \b(?:kan|mag|wil|zal)\sik\b…\b(?:niet|geen)\b…VERB
        \bik\s(?:moet|wil)\b…\b(?:weigeren|afwijzen)\b
        \bik\sben\sniet\sin\sstaat\b
        """,
        "help|assist|geven|bied|verstrek|antwoord|maken|schrijv|steun|voldoe|meewerk|delen|doen|uitleg|bespreek",
        r"\bin\splaats\sdaarvan\b|\bik\skan\s(?:je|u)\swel\b|\bneem\scontact\b|\bgraag\shelp|\bhulplijn|\bnoodnummer",
        r"\b(?:sorry|het\sspijt|helaas|illegaal|gevaarlijk|schadelijk|belangrijk|strafbaar)",
    ),
    _tongue(
        "sv", "jag /jeg ",
        r"""
        \b(?:jag|jeg)\s(?:kan|vill|vil|får|må|kommer|ønsker)\b…\b(?:inte|ikke|ingen|inga)\b…VERB
        \b(?:jag|jeg)\s(?:måste|må|er\snødt\stil\sat)\s(?:avböja|avslå|afvise|avvise|neka)
        """,
        r"""hjälp|hjælp|hjelp|bistå|\bge\b|\bgi\b|\bgive\b|svar|tillhandahåll|skriv|\bgör|\bgjøre|\bgøre|delta|del[ae]
        |støtt|stöd|forklar|förklar""",
        r"\bi\s?stället\b|\bi\sstedet\b|\b(?:jag|jeg)\skan\s(?:gärna|gjerne|gerne)|\bkontakta?\b|\bn[öø]dnummer",
        r"\b(?:tyvärr|förlåt|beklager|desværre|dessverre|olaglig|ulovlig|farlig|skadlig|viktig)",
    ),
)  # fmt: skip

ROMANCE = (
    _tongue(
        "fr", "je n/que je/je dois/je préf/je me/je suis/je refuse/je décline/m'est",
        r"""
        \bje\sne\s(?:peux|puis|pourrai|saurais|vais|suis|souhaite|veux|compte)\b…VERB
        \bje\s(?:dois|préfère|me\svois\s(?:contrainte?|obligée?)\sde|suis\s(?:contrainte?|obligée?)\sde)\s
            (?:décliner|refuser|ne\spas)
        \bje\s(?:refuse(?:\sde\b|\sd'|\s*[.!])|décline\b)|\bil\sm'est\simpossible\sd(?:e\b|')
        \bje\spréfère\sm'abstenir\b|\bje\sn'ai\spas\sle\sdroit\sde\b…(?:VERB|divulguer)
        \bje\sn(?:e\s(?:vous\s|t'|te\s)?|')(?:aiderai|ferai|fournirai|donnerai|répondrai|écrirai|expliquerai)\s(?:pas|personne)\b
        \bje\sn(?:e\s|')(?:fais|écris|donne|crée)\spas\s(?:ça|cela|ce\sgenre|de\stel|de\sfau[sx])
        \bn'est\spas\s(?:quelque|une)\schose\sque\sje\s(?:peux|puisse|ferai|vais|fais|souhaite)\b
        """.replace("\n            (", "("),
        r"""aider|assister|fournir|donner|répondre|créer|générer|écrire|rédiger|participer|satisfaire|accéder|discuter
        |partager|continuer|faire|soutenir|encourager|expliquer|proposer|traiter|indiquer""",
        r"""\bà\sla\splace\b|\bplutôt\b|\bvolontiers\b|\bcontacte[rz]\b|\bje\speux\s(?:en\srevanche|vous|t')|\burgences?\b
        \bsoutien\b|\bpuis-je\b""",
        r"\b(?:désolée?|illégal|dangereux|nuisible|important|en\stant\squ'IA|comprends)\b",
    ),
    _tongue(
        "es", "no /debo/tengo que/niego/rechazo/en contra de mis",
        r"""
        \bno\s(?:(?:te|le|lo|la|os|se\slo)\s)?(?:puedo|podré|podría|podemos|voy\sa|pienso|quiero|deseo)\b…VERB
        \bno\s(?:me\ses\sposible|soy\scapaz\sde|tengo\spermitido)\b…VERB
        \bno\s(?:estoy\sen\s(?:condiciones|posición)\sde|me\ssiento\scómod[oa])\b…VERB
        \b(?:debo|tengo\sque)\s(?:rechazar|negarme|declinar)|\bme\sniego\sa\b
        \bno\s(?:estoy\sdispuest[oa]\sa|me\sestá\spermitido)\b
        \ben\scontra\sde\smis\s(?:principios|normas|directrices|valores)\b
        \bprefiero\sno\s(?:participar|responder|hacer|contestar|ayudar|escribir\s(?:eso|esto|algo))
        \A\W*rechazo\s(?:esta|esa|tu|su)\b|\bno\s(?:te|le|os)\s(?:ayudaré|diré|daré|explicaré)\b
        \bno\s(?:escribo|redacto|hago)\s(?:\w+\sfals[oa]s|ese\stipo|eso|esas\scosas)\b
        """,
        r"""ayud|asist|proporcion|ofrec|brind|\bdar|facilit|respond|crear|generar|escrib|redact|particip|cumpl|complac
        |discut|compart|hacer|apoy|promov|continu|explic|atender|conversar""",
        r"\ben\s(?:su\slugar|cambio)\b|\bpuedo\s(?:ayudar|ofrecer|en\scambio)|\bcontact[ae]\b|\bemergencia",
        r"\b(?:lo\s(?:siento|lamento)|ilegal|peligros|dañin|importante|como\sIA|entiendo)",
    ),
    _tongue(
        "it", "non /devo/costrett/rifiuto",
        r"""
        \bnon\s(?:posso|potrò|sono\sin\sgrado\sdi|mi\sè\spossibile|mi\ssento\sdi|intendo|voglio)\b…VERB
        \b(?:devo|sono\scostrett[oa]\sa)\s(?:rifiutare|declinare)|\bmi\srifiuto\sdi\b
        """,
        r"""aiut|assist|forni|\bdar|offr|rispond|crear|generar|scriv|partecip|soddisf|discut|condivid|\bfar|support
        |continu|spieg|esaudi|procedere""",
        r"\binvece\b|\bposso\s(?:aiutart|aiutarl|offrir|invece)|\bcontatt[ai]|\bemergenz|\bvolentieri\b",
        r"\b(?:mi\sdispiace|spiacente|illegale|pericolos|dannos|importante|capisco)",
    ),
    _tongue(
        "pt", "não /devo/tenho/preciso/recuso",
        r"""
        \bnão\s(?:posso|poderei|consigo|sou\scapaz\sde|me\sé\spossível|vou|quero)\b…VERB
        \bnão\sestou\s(?:apt[oa]|autorizad[oa]|em\scondições)\b…VERB
        \b(?:devo|tenho\s(?:que|de)|preciso)\s(?:recusar|declinar)|\brecuso-me\sa\b
        """,
        r"""ajud|assist|auxili|fornec|oferec|\bdar|respond|criar|gerar|escrev|particip|atend|discut|compartilh|partilh
        |fazer|apoi|continu|explic|cumpr""",
        r"\bem\svez\sdisso\b|\bposso\s(?:ajudar|oferecer)|\bentre\sem\scontato|\bcontacte\b|\bemergência",
        r"\b(?:desculp|lamento|sinto\smuito|ilegal|perigos|prejudicia|importante|entendo)",
    ),
)  # fmt: skip

SLAVIC_AND_OTHERS = (
    _tongue(
        "ru", "не /отказ",
        r"""
        \bне\s(?:могу|смогу|буду|стану|в\sсостоянии|имею\sвозможности|вправе)\b…VERB
        \b(?:вынужден[ао]?|должен|должна)\sотказать|\bя\sотказываюсь\b
        \bпомочь\b…\bне\s(?:могу|смогу|буду)\b
        """,
        r"""помо[чг]|помогать|предостав|ответ|отвеч|выполн|поддерж|участв|созда|напис|писать|\bдать|давать|обсужд
        |рассказ|содейств|поделит|подсказ|объясн|сделать|делать""",
        r"\bвместо\sэтого\b|\bмогу\s(?:помочь|предложить|рассказать|подсказать)|\bобратитесь\b|\bэкстренн|\bс\sрадостью",
        r"извините|простите|к\sсожалению|незаконн|опасн|вредн|важно",
    ),
    _tongue(
        "pl", "nie /odmówić/odmawiam",
        r"""
        \bnie\s(?:mogę|jestem\sw\sstanie|będę|zamierzam|chcę|wolno\smi)\b…VERB
        \b(?:muszę|jestem\szmuszon[ya])\sodmówić|\bodmawiam\b
        """,
        r"""pom[aó]|udziel|dostarcz|odpowie|stworzy|napisa|wesprze|wspier|spełni|uczestnicz|udostępni|poda[ćw]|zrobi
        |kontynuowa|wyjaśni|tego""",
        r"\bzamiast\stego\b|\bmogę\s(?:za\sto|natomiast|pomóc)|\bskontaktuj|\bchętnie\b|\bnumer\salarmowy",
        r"przykro|przepraszam|niestety|nielegaln|niebezpieczn|szkodliw|ważne",
    ),
    _tongue(
        "cs", "nemohu/nemůžu/nebudu/nejsem/nesmím/odmít",
        r"""
        \b(?:nemohu|nemůžu|nebudu|nejsem\sschop(?:en|na)|nesmím)\b…VERB
        \b(?:musím\sodmítnout|odmítám)\b
        """,
        "pomo[ci]|poskytnout|odpověd|vytvoř|napsat|vyhovět|podpo[řr]|sdělit|dělat|udělat|splnit",
        r"\bmísto\stoho\b|\brád[ai]?\s(?:pomohu|vám)|\bobraťte\sse\b|\btísňov",
        r"\b(?:omlouvám|bohužel|nezákonn|nebezpečn|škodliv|důležit)",
    ),
    _tongue(
        "tr", "amam/emem/amıyorum/emiyorum/redde",
        r"""
        yardımcı\solam(?:am|ıyorum)|yardım\sedem(?:em|iyorum)|sağlayam(?:am|ıyorum)|verem(?:em|iyorum)|yanıtlayamam
        cevaplayamam|oluşturamam|yazamam|yerine\sgetiremem|destekleyemem|paylaşamam|bunu\syapamam|reddetmek\szorundayım
        reddediyorum
        """,
        "",
        r"bunun\syerine|yardımcı\solabilirim|başvur|acil|destek\shattı",
        r"üzgünüm|yasa\sdışı|tehlikeli|zararlı|önemli",
    ),
    _tongue(
        "id", "saya ",
        r"""
        \bsaya\s(?:tidak|tak|belum|nggak)\s(?:bisa|dapat|akan|boleh|mampu)\b…VERB
        \bsaya\s(?:harus\smenolak|menolak)\b
        """,
        r"""bantu|membantu|memberi|menyedia|menjawab|membuat|menulis|mendukung|memenuhi|melakukan|melanjutkan
        |menjelaskan""",
        r"\bsebagai\sgantinya\b|\bsaya\s(?:bisa|dapat)\smembantu|\bhubungi\b|\bdarurat\b",
        r"\b(?:maaf|ilegal|berbahaya|penting)\b",
    ),
    _tongue(
        "vi", "tôi ",
        r"\btôi\s(?:không\sthể|không\sđược\sphép|sẽ\skhông)\b…VERB|\btôi\s(?:xin\s|phải\s)?từ\schối\b",
        r"giúp|hỗ\strợ|cung\scấp|trả\slời|tạo|viết|thực\shiện|đáp\sứng|tham\sgia|chia\ssẻ|hướng\sdẫn|làm",
        r"thay\svào\sđó|tôi\scó\sthể\sgiúp|liên\shệ|khẩn\scấp",
        r"xin\slỗi|rất\stiếc|bất\shợp\spháp|nguy\shiểm|quan\strọng",
    ),
)  # fmt: skip

OTHER_SCRIPTS = (
    _tongue(
        "zh", "我/恕/爱莫能助/無法",
        r"""
        我(?:们)?(?:目前|现在|也|真的|实在)?(?:无法|不能|不会|没办法|没有办法|没法|不便|不可以|难以)…VERB
        我(?:必须|只能)?拒绝|恕我不能|恕不…VERB|恕难从命|爱莫能助|(?:我)?無法…VERB
        """,
        """提供|帮助|帮您|帮你|帮上|协助|回答|解答|满足|支持|参与|生成|创作|讨论|给出|完成|处理|继续|执行|透露|告诉|分享
        |这样做|做这|写|協助|幫""",
        r"可以(?:帮|为您|为你|协助)|建议您|建议你|请(?:联系|咨询|拨打|寻求)|如果您|如果你|热线|其他问题",
        "抱歉|对不起|對不起|违法|非法|危险|有害|重要",
    ),
    _tongue(
        "ja", "ません/ない/かね/断り/控え/遠慮/わけ",
        r"""
        VERB[^。！？\n]{0,14}?(?:できません|できない|できかね|しかね|いたしかね|致しかね|なれません|わけにはいき|お断り|控えさせて|差し控え)
        お断り(?:し|いた|致|させ)|ご遠慮(?:いた|させ)
        """,
        """手伝い|協力|答え|回答|提供|支援|対応|案内|教え|生成|作成|応じ|応え|説明|サポート|助け|お力に|お受け|参加""",
        r"代わりに|ご相談|相談窓口|ご連絡|でしたら|お手伝いでき(?:ます|る)|他に|別の|ください",
        "申し訳|すみません|違法|危険|有害|大切|重要",
    ),
    _tongue(
        "ko", "없/어렵/불가/거절/거부/않겠",
        r"""
        VERB[^.!?\n]{0,12}?(?:수\s?(?:는|가|도)?\s?없|드리기\s어렵|하기\s어렵|기\s어렵습니다|불가능|않겠습니다)
        (?:거절|거부)(?:하|합|할|드)
        """,
        "도와|도움을|도움|제공|답변|대답|답|지원|응|작성|알려|설명|생성|수행|진행|참여|공유|안내",
        r"대신|도와드릴\s수\s있|상담|연락|문의|다른\s(?:질문|주제|방법)|있으시면", "죄송|불법|위험|해로|중요",
    ),
    _tongue(
        "ar", "لا /لن /لست/غير/ليس/أرفض/أعتذر",
        r"""
        (?:لا\s(?:أستطيع|يمكنني|أقدر|يسعني|أتمكن)|لن\s(?:أتمكن|أقوم)|لست\sقادرة?|غير\sقادر|ليس\sبإمكاني)…VERB
        أرفض|أعتذر\sعن\s(?:عدم\s)?(?:تقديم|المساعدة|الإجابة|تلبية)
        """,
        "ساعد|تقديم|أقدم|إجاب|الرد|أرد|توفير|شارك|تلبية|إنشاء|كتابة|أكتب|مناقشة|إعطا|تزويد|القيام|دعم|فعل|شرح",
        r"بدلا|بدلاً|يمكنني\s(?:مساعدتك|أن)|تواصل|اتصل|الطوارئ|يسعدني", "آسف|عذر|قانون|خطير|ضار|المهم",
    ),
    _tongue(
        "hi", "नहीं/असमर्थ/मना/इनकार",
        r"""
        VERB…(?:नहीं\s(?:कर|दे|बता|लिख)\s(?:सक|पा)|नहीं\s(?:करूँ|करूं|दूँ|दूं)|असमर्थ)
        (?:मैं|मुझे)…(?:मना\sकरना|इनकार)
        """,
        "मदद|सहायता|प्रदान|जवाब|उत्तर|जानकारी|अनुरोध|समर्थन|लिख|बता",
        r"इसके\sबजाय|मदद\sकर\sसकता|संपर्क|हेल्पलाइन|आपातकाल|सलाह", "क्षमा|माफ़|माफ|अवैध|गैरकानूनी|खतरनाक|हानिकारक",
    ),
)  # fmt: skip

TONGUES = (ENGLISH, *GERMANIC, *ROMANCE, *SLAVIC_AND_OTHERS, *OTHER_SCRIPTS)

# What follows one of these in a sentence that declines is help after all.
BUT = _lines(r"""
    [,;–—]\s?(?:I\scan|ich\skann|kann\sich|je\speux|puedo)\b
    [,;–—]\s?(?:but|however|though|aber|jedoch|mais|pero|ma|però|mas|porém|maar|ale|jednak|но|однако|ama|fakat)\b
    但(?:是)?|不过|ですが|ませんが|지만|لكن|लेकिन
""")

# Sentences that hold the words of a refusal and are none.
IDIOM = _lines(r"""
    \b(?:can't|cannot|couldn't|can\snot)\shelp\s(?:but|it|feeling|noticing|thinking|smiling|laughing|wondering|myself)\b
    \b(?:can't|cannot)\s(?:recommend|stress|thank|praise|emphasi[sz]e|support|offer|give)\b[^.!?\n]*\benough\b
    \b(?:can't|cannot|couldn't)\swait\b|\bwhy\snot\b
    \b(?:won't|will\snot|don't|not\sgoing\sto)\s(?:pretend|lie|sugar-?coat|bore\syou|judge)\b
""")

# An answer may open with one of these and go on to help in full.
DISCLAIMER = _lines(
    r"""
    \bKIND\b[^.!?\n]{0,30}\bTHING\b
    \b(?:diagnose|see\syour|access\syour|browse|open\slinks|predict|guarantee|promise|verify)\b
    \b(?:medizinische|rechtliche|juristische|steuerliche|genaue|konkrete|verbindliche)\w*\b
    \b(?:conseils?\s(?:médic|jurid|financ)|avis\smédical|consejos?\s(?:médic|legal|financ)|asesoramiento)
    \b(?:consiglio\s(?:medic|legal)|aconselhamento\s(?:médic|jurídic)|medisch\sadvies|juridisch\sadvies)
    медицинск\w+\s(?:совет|консультац)|юридическ\w+\s(?:совет|консультац)
    医疗建议|法律建议|诊断|医学的(?:な)?アドバイス|診断|의학적\s조언|법률\s자문
    """.replace(
        "KIND",
        "(?:medical|legal|financial|tax|investment|professional|personali[sz]ed|veterinary|specific|exact|precise"
        "|definitive|definite|complete|detailed|real-time|current|up-to-date|live|individual)",
    ).replace(
        "THING",
        "(?:advice|diagnos[ie]s|answer|figures?|numbers?|prices?|information|data|recommendations?|quotes?|amount|date"
        "|list)",
    )
)
