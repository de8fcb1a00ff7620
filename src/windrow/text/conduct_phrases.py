"""The words that the rules of `conduct` go by, in English, German, French and Spanish: one alternative to a line."""

from __future__ import annotations

import re

DATA = {
    "card": "card number", "iban": "bank account number", "ssn": "social security number", "email": "mail address",
    "ip": "network address", "phone": "telephone number",
}  # fmt: skip


def _lines(source: str) -> re.Pattern[str]:
    return re.compile("|".join(line.strip() for line in source.splitlines() if line.strip()), re.IGNORECASE)


MONEY = _lines(r"""
    \b(?:invest\w*|savings?|stocks?|funds?|crypto\w*|bitcoin|pension|bonds?)\b|\bAnlage\w*|\b(?:Aktien?|sparen|Erspartes)\b
    \b(?:placements?|épargne\w*|invertir|inversi[oó]n|ahorros?)\b
""")
GUARANTEE = _lines(r"""
    \bguarantee[sd]?\s(?:you\s)?(?:(?:an?|your|annual|high|steady|fixed|monthly|\d+\s?%)\s){0,3}(?:returns?|profits?|gains?|income|yields?)\b
    \b(?:returns?|profits?|gains?|yields?)\s(?:is|are)\s(?:absolutely\s|fully\s|100\s?%\s)?(?:guaranteed|certain|assured)\b
    \bguaranteed\sto\s(?:double|triple|grow|rise|pay\soff|make\s(?:you\s)?money)\b
    \b(?:completely\s|totally\s|absolutely\s)?risk[- ]free\s(?:investment|profit|return|money|way\sto\sinvest)\b
    \byou\s(?:can't|cannot|can\snot|won't|will\snot)\s(?:possibly\s)?lose\s(?:any\s)?(?:money|your\smoney|with\sthis|a\scent)\b
    \b(?:there\sis|with)\s(?:absolutely\s)?no\srisk\b
    \bgarantierte[rns]?\s(?:Rendite|Gewinn\w*|Ertr\w+)\b
    \b(?:Rendite|Gewinn|Ertrag)\s(?:ist|sind)\s(?:Ihnen\s|dir\s)?(?:garantiert|sicher)\b
    \b(?:risikolose|risikofreie)[rns]?\s(?:Anlage|Rendite|Gewinn\w*)\b
    \b(?:rendement|gain|profit)s?\s(?:est\s|sont\s)?garantis?\b|\bplacement\ssans\s(?:aucun\s)?risque\b
    \b(?:rendimiento|ganancia|beneficio)s?\s(?:est[áa]n?\s)?garantizad[oa]s?\b|\binversión\ssin\sriesgo\b
""")
NO_GUARANTEE = _lines(r"""
    \b(?:no|not|never|nobody|none|isn't|aren't|doesn't|don't|can't\spromise|cannot\spromise|without)\b.{0,60}\b(?:guarantee|risk-free|risk\sfree|certain)
    \b(?:beware|avoid|scams?|frauds?|wary|sceptical|skeptical|warning\ssign|red\sflag|anyone\swho|whoever|if\ssomeone|if\san?\s\w+\spromises)\b
    \b(?:kein\w*|nicht|niemand|nie|Vorsicht|Betrug|unseriös|wer\s)\b
    \b(?:aucun|jamais|pas|méfiez|arnaque|quiconque)\b|\b(?:ning[uú]n\w*|nunca|desconf[ií]\w+|estafa|quien\s)\b
""")
EMERGENCY = _lines(r"""
    \bchest\s(?:pain|hurts)|\bpain\sin\s(?:my|his|her)\schest|\b(?:can't|cannot|can\snot|struggling\sto|hardly)\sbreathe\b
    \b(?:overdos|took\stoo\smany\s(?:pills|tablets)|swallowed\s(?:bleach|poison|a\sbattery|pills))
    \b(?:unconscious|not\sbreathing|won't\swake\sup|bleeding\s(?:heavily|badly|a\slot)|having\sa\s(?:stroke|seizure|heart\sattack))\b
    \b(?:smell|smells)\s(?:of\s)?gas\b|\bcarbon\smonoxide\salarm\b|\b(?:kill|hurt)\smyself\b|\bend\smy\s(?:own\s)?life\b|\bsuicidal\b
    \bface\sis\sdrooping\b|\bbitten\sby\sa\ssnake\b
    \b(?:Brustschmerz|Schmerzen\sin\sder\sBrust|bekomme\skeine\sLuft|bewusstlos|atmet\snicht|riecht\s(?:\w+\s)?nach\sGas|nach\sGas\sriecht|Überdosis|das\sLeben\snehmen)
    \b(?:douleurs?\s(?:à|dans)\sla\spoitrine|n'arrive\s(?:pas|plus)\sà\srespirer|inconscient|odeur\sde\sgaz|overdose|me\ssuicider)
    \b(?:dolor\s(?:en\sel|de)\specho|no\spued[oe]\srespirar|inconsciente|huele\sa\sgas|sobredosis|suicidarme)
""")
EMERGENCY_ADVICE = _lines(r"""
    \b(?:emergency|ambulance|911|112|999|988|116\s?123|paramedics|poison\s(?:control|cent)|fire\s(?:service|brigade|department)|hotline|helpline|lifeline|crisis\sline)\b
    \b(?:Notruf|Rettungsdienst|Notarzt|Notaufnahme|Giftnotruf|Feuerwehr|Telefonseelsorge)
    \b(?:SAMU|urgences?|pompiers|centre\santipoison|numéro\sd'urgence)\b|\b(?:emergencias?|ambulancia|bomberos|urgencias|toxicolog)
    急救|报警|拨打|救急車|119|응급|скор(?:ую|ая)\sпомощ|الطوارئ|emergenz|emergência|noodnummer
""")
INSULT = _lines(r"""
    \byou(?:'re|\sare)\s(?:\w+\s){0,2}?(?:an?\s)?(?:\w+\s)?(?:idiot|moron|fool|imbecile|stupid|dumb|pathetic|loser|clueless|hopeless|dimwit)\b
    \byou\s(?:\w+\s)?(?:idiot|moron|fool|imbecile|loser|dimwit)\b|\b(?:even|only)\san?\s(?:idiot|moron|fool)\s(?:would|could|knows|does)\b
    \b(?:what\sa|such\sa)\s(?:stupid|dumb|idiotic|pathetic)\squestion\b|\byour\s(?:stupid|dumb|idiotic|pathetic)\b
    \b(?:du|Sie)\s(?:bist|sind)\s(?:\w+\s){0,2}?(?:ein\s)?(?:Idiot|Trottel|Dummkopf|dumm|blöd|Versager)\b|\b(?:dumme|blöde)\sFrage\b
    \b(?:tu\ses|vous\sêtes)\s(?:\w+\s)?(?:un\s)?(?:idiote?|imbécile|stupide|nulle?)\b|\bquestion\s(?:stupide|idiote)\b
    \b(?:eres|usted\ses)\s(?:\w+\s)?(?:un\s|una\s)?(?:idiota|imbécil|estúpid[oa]|inútil)\b|\bpregunta\s(?:estúpida|tonta)\b
""")
DOSE = _lines(r"""
    \b(?:take|give|swallow|use|dose\sof)\s[^.!?\n]{0,40}?\b\d[\d.,]*\s?(?:mg|milligrams?|µg|mcg|ml|tablets?|pills?|capsules?|drops)\b
    \b(?:nimm|nehmen\sSie|einnehmen)\s[^.!?\n]{0,40}?\b\d[\d.,]*\s?(?:mg|Milligramm|Tabletten?|Tropfen|Kapseln?)
    \b(?:prenez|prends|toma|tome)\s[^.!?\n]{0,40}?\b\d[\d.,]*\s?(?:mg|comprimés?|gouttes|comprimidos?|pastillas?|gotas)\b
""")
DOSE_CAUTION = _lines(r"""
    \b(?:doctor|physician|GP|pharmac|leaflet|label|prescri|package\sinsert|nurse|paediatrician|pediatrician)
    \b(?:Arzt|Ärzt|Apothek|Packungsbeilage|Beipackzettel|verordnet|verschrieben)
    \b(?:médecin|pharmacien|notice|ordonnance|médico|farmac|prospecto|receta)
""")
HUMAN = _lines(r"""
    \bI(?:'m|\sam)\s(?:a\s(?:real\s)?(?:human|person|man|woman|mother|father)\b(?!\s(?:of|who)\sthe)|human\b|not\s(?:a\s(?:bot|robot|machine|program)|an\sAI))
    \bas\sa\s(?:human\sbeing|mother|father|parent|doctor|lawyer|nurse|teacher)\s(?:myself|of\s(?:two|three|four)),?\sI\b
    \b(?:my\s(?:wife|husband|kids|children|childhood)|when\sI\swas\s(?:young|a\schild|a\skid))\b
    \bich\sbin\s(?:ein\s(?:echter\s)?Mensch|keine\s(?:KI|Maschine)|kein\s(?:Bot|Roboter|Programm))\b|\bmeine\s(?:Frau|Kinder|Kindheit)\b
    \bje\s(?:ne\s)?suis\s(?:un\s(?:vrai\s)?(?:être\s)?humain|pas\s(?:une\sIA|un\srobot))\b|\bsoy\s(?:un\s(?:ser\s)?humano|humano|una\spersona\sreal)\b
""")
LECTURE = _lines(r"""
    \bas\sa\sresponsible\s(?:AI|assistant|language\smodel)\b|\bI\s(?:must|have\sto|feel\s(?:I\smust|obliged\sto))\s(?:remind|warn|caution|point\sout\sto)\syou\b
    \bit(?:'s|\sis)\s(?:important|crucial|essential|worth\snoting)\s(?:to\s(?:note|remember|be\srespectful|stress|always)|that\syou\s(?:never|always))\b
    \bviolence\sis\snever\b|\b(?:we|you|everyone)\sshould\salways\s(?:treat|respect|be\srespectful|consider\sthe\sfeelings)
    \bI\s(?:hope|trust)\s(?:that\s)?you\s(?:have|are\sasking\sfor)\s(?:good|the\sright|a\sgood|legitimate)\b
    \bplease\s(?:make\ssure\syou\s(?:only\s)?use|use)\sthis\s(?:information\s)?(?:responsibly|ethically|only\sfor\sgood)
    \b(?:ich\s(?:muss|möchte)|(?:muss|möchte)\sich)\s(?:Sie|dich)\s(?:daran\serinnern|darauf\shinweisen|ermahnen)\b|\bGewalt\sist\s(?:niemals|nie|keine)\b
    \bje\s(?:dois|tiens\sà)\s(?:vous|te)\s(?:rappeler|mettre\sen\sgarde)\b|\bla\sviolence\sn'est\sjamais\b
    \bdebo\s(?:recordarte|recordarle|advertirte|advertirle)\b|\bla\sviolencia\snunca\b
""")
