"""How texts try to take over the model that reads them, in many languages: the words, apart from the search for them.

An order to set instructions aside has three parts in some order: a verb, something that says "the earlier ones", and
what is set aside. An order to tell a prompt has a verb and the prompt. The rest are set phrases. `signs` are what a
text in small letters must hold for a search to be worth its time.
"""

from __future__ import annotations

from typing import NamedTuple


class Tongue(NamedTuple):
    """One language's signs and, as regular expressions, its words: to set aside, the earlier, instructions, to tell,
    the prompt."""

    code: str
    signs: str
    aside: str
    earlier: str
    rules: str
    tell: str
    prompt: str


TONGUES = (
    Tongue(
        "en",
        ("ignor disregard forget overrid overrul bypass neglect discard follow obey attention set aside "
         "prompt message instruction rules above"),
        r"ignore|disregard|forget|override|overrule|bypass|neglect|discard|(?:do not|don't|stop) (?:follow|obey)\w*"
        r"|pay no attention to|set aside",
        r"previous|prior|above|earlier|preceding|former|original|initial|existing|foregoing|all|any|your"
        r"|everything|every|other"
        r"|safety|system",
        r"instructions?|prompts?|rules|directions|directives?|guidelines|commands|constraints|restrictions"
        r"|programming"
        r"|(?:you (?:were|have been) told|said (?:above|before|so far))|rubric|(?:grading|scoring"
        r"|evaluation) criteria",
        r"reveal|print|show|repeat|output|display|disclose|leak|recite|expose|dump|tell me|give me|write out"
        r"|translate",
        r"(?:system|hidden|secret|initial|original|developer|internal) (?:prompt|message|instructions?)s?"
        r"|(?:your|the) (?:instructions|prompt|rules) (?:above|verbatim|word for word|exactly)|(?:everything"
        r"|all (?:the )?text) above",
    ),
    Tongue(
        "de", "ignorier verg missacht übergeh umgeh befolge system anweisung", r"ignorier\w*|vergiss|vergesst"
        r"|vergessen|missacht\w*|übergeh\w*|umgeh\w*|befolge nicht",
        r"vorherig\w*|bisherig\w*|obig\w*|vorig\w*|früher\w*|vorangegangen\w*|vorstehend\w*|ursprünglich\w*"
        r"|alle\w*|deine\w*",
        r"anweisung\w*|instruktion\w*|vorgabe\w*|regeln|befehle|prompts?|richtlinien",
        r"zeig\w*|verrat\w*|nenn\w*|wiederhol\w*|gib|drucke|offenbar\w*",
        r"system-?(?:prompt|nachricht|anweisung\w*)|(?:deine|die) (?:geheimen?|internen|ursprünglichen) anweisungen",
    ),
    Tongue(
        "fr", "ignore oublie néglige compte contourne syst prompt instruction", r"ignore[zr]?|oublie[zr]?"
        r"|néglige[zr]?|ne (?:tiens|tenez) pas compte|contourne[zr]?",
        r"précédent\w*|antérieur\w*|ci-dessus|initial\w*|préalable\w*|toutes?|tes|vos",
        r"instructions?|consignes?|directives?|règles|ordres|prompts?",
        r"révèle\w*|montre\w*|affiche\w*|répète\w*|donne\w*|divulgue\w*",
        r"(?:prompt|message|invite|instructions?) (?:du )?système|instructions (?:secrètes|initiales|cachées)"
        r"|prompt initial",
    ),
    Tongue(
        "es", "ignor olvid desatiend caso sigas descart sistema prompt mensaje instruc", r"ignor[ae]\w*"
        r"|olvid[ae]\w*|desatiend[ae]\w*|haz caso omiso|no sigas|descart[ae]\w*",
        r"anterior\w*|previ[ao]s?|precedentes?|arriba|inicial\w*|tod[ao]s|tus|sus",
        r"instrucci(?:ón|ones)|órdenes|indicaciones|reglas|directrices|prompts?",
        r"revela\w*|muestra\w*|muéstra\w*|repite|imprime|dime|enseña\w*",
        r"(?:prompt|mensaje|instrucciones?) (?:del )?(?:sistema|inicial\w*|secret\w*)",
    ),
    Tongue(
        "it", "ignora dimentica trascura seguire tenere sistema istruzion", r"ignora\w*|dimentica\w*|trascura\w*"
        r"|non seguire|non tenere conto",
        r"precedent\w*|sopra|iniziali|antecedenti|tutt[ei]|tue|vostre",
        r"istruzion[ei]|indicazioni|regole|direttive|ordini|prompt",
        r"rivela\w*|mostra\w*|ripeti|stampa|dimmi",
        r"(?:prompt|messaggio|istruzioni) (?:di |del )?sistema|istruzioni (?:segrete|iniziali)",
    ),
    Tongue(
        "pt", "ignor esqueç desconsider siga sistema instruç", r"ignor[ae]\w*|esqueç[ao]\w*|desconsider[ae]\w*"
        r"|não siga",
        r"anterior\w*|prévi[ao]s|acima|iniciais|tod[ao]s|suas|tuas",
        r"instruç(?:ão|ões)|ordens|regras|diretrizes|comandos|prompts?",
        r"revel[ae]\w*|mostr[ae]\w*|repita|exiba|diga-me|imprima",
        r"(?:prompt|mensagem|instruções) (?:do |de )?sistema|instruções (?:secretas|iniciais)",
    ),
    Tongue(
        "nl", "negeer vergeet sla volg systeem instructies", r"negeer|vergeet|sla .{0,20} over|volg .{0,20} niet",
        r"vorige|voorgaande|eerdere|bovenstaande|oorspronkelijke|alle|je",
        r"instructies?|opdrachten|regels|aanwijzingen|richtlijnen|prompts?",
        r"toon|laat|onthul|herhaal|geef", r"systeem-?(?:prompt|bericht|instructies)|(?:geheime"
        r"|oorspronkelijke) instructies",
    ),
    Tongue(
        "pl", "ignoruj zapomnij pomiń przestrzegaj system instrukcj", r"zignoruj|ignoruj|zapomnij|pomiń"
        r"|nie przestrzegaj",
        r"poprzedni\w*|wcześniejsz\w*|powyższ\w*|wszystki\w*|swoje|twoje",
        r"instrukcj\w*|polece\w*|zasad\w*|wytyczn\w*|prompt\w*",
        r"pokaż|ujawnij|powtórz|wyświetl", r"prompt systemow\w*|instrukcj\w* systemow\w*|tajn\w* instrukcj\w*",
    ),
    Tongue(
        "ru", "гнорируй забудь следуй отбрось системн скрыт", r"игнорируй\w*|проигнорируй\w*|забудь\w*"
        r"|не следуй\w*|отбрось\w*",
        r"предыдущ\w*|прежн\w*|вышеуказанн\w*|предшествующ\w*|все|свои|твои|выше",
        r"инструкци\w*|указани\w*|правил\w*|команд\w*|промпт\w*",
        r"покажи\w*|раскрой\w*|повтори\w*|выведи\w*", r"системн\w* (?:промпт|сообщени|инструкци)\w*"
        r"|скрыт\w* инструкци\w*",
    ),
    Tongue(
        "tr", "yok görmezden unut dikkate sistem gizli", r"yok say\w*|görmezden gel\w*|unut\w*"
        r"|dikkate alma\w*", r"önceki|yukarıdaki|daha önceki|tüm|bütün",
        r"talimat\w*|komut\w*|kural\w*|yönerge\w*", r"göster\w*|açıkla\w*|tekrarla\w*|yazdır\w*",
        r"sistem (?:istemi|mesajı|talimat)\w*|gizli talimat\w*",
    ),
    Tongue(
        "ar", "تجاهل انس أهمل النظام السرية", r"تجاهل\w*|انس\w*|أهمل\w*", r"السابقة|أعلاه|السابق|جميع"
        r"|كل", r"التعليمات|الأوامر|القواعد|التوجيهات"
        r"|تعليمات\w*",
        r"اعرض|اكشف|أظهر|كرر", r"(?:رسالة|تعليمات|موجه) النظام|التعليمات السرية",
    ),
    Tongue(
        "hi", "अनदेखा नज़रअंदाज़ भूल उपेक्षा सिस्टम", r"अनदेखा\s+कर\w*|नज़रअंदाज़\s+कर\w*|भूल\s+जा\w*"
        r"|उपेक्षा\s+कर\w*", r"पिछले|पिछली|पूर्व|ऊपर|सभी|पहले",
        r"निर्देश\w*|नियम\w*|आदेश\w*", r"दिखा\w*|बता\w*|प्रकट\s+कर\w*", r"सिस्टम\s+(?:प्रॉम्प्ट|संदेश|निर्देश)\w*",
    ),
    Tongue(
        "zh", "忽略 无视 無視 忘 不要 系 隐藏 初始 提示", r"忽略|无视|無視|忘记|忘記|忘掉|不要遵守|不要理会",
        r"之前|以前|以上|上述|上面|先前|前面|所有|原来|一切|全部",
        r"指令|指示|说明|說明|提示|规则|規則|要求|命令|设定",
        r"显示|顯示|告诉|告訴|输出|輸出|透露|泄露|重复|重複|打印",
        r"系统提示|系統提示|系统指令|系统消息|隐藏指令|初始指令|提示词",
    ),
    Tongue(
        "ja", "無視 忘れ 従わ 破棄 システム 隠 初期", r"無視し|忘れ|従わない|破棄し",
        r"以前|これまで|上記|前の|今まで|すべて|全て|先の|元の", r"指示|命令|ルール|プロンプト"
        r"|制約|規則|設定",
        r"表示し|見せ|教え|出力し|開示し|繰り返",
        r"システムプロンプト|システムメッセージ|システム指示|隠された指示|初期プロンプト",
    ),
    Tongue(
        "ko", "무시 잊어 따르지 시스템 숨겨진", r"무시\S{0,4}|잊어\S{0,4}|따르지\s?마\S{0,2}",
        r"이전|위의|앞의|앞선|지금까지|모든|기존",
        r"지시\S{0,3}|명령\S{0,2}|규칙\S{0,2}|프롬프트\S{0,2}|지침\S{0,2}",
        r"보여\S{0,3}|출력\S{0,3}|알려\S{0,3}|공개\S{0,3}",
        r"시스템\s?(?:프롬프트|메시지|지시)|숨겨진\s?지시",
    ),
)  # fmt: skip

LED = (
    r"(?:^|[^\w\s]|\b(?:please|now|then|and|or|just|to|must|should|can|will|shall|you|instead|also|simply|kindly|so"
    r"|let's))\s*\Z"
)
"""What stands right before an English verb that orders; after anything else it tells of somebody who did."""

NEGATED = (
    r"(?:\b(?:never|not|don't|doesn't|cannot|can't|nicht|nie|niemals|ne|jamais|no|nunca|non|mai|não|niet|nooit"
    r"|nie|не|никогда)"
    r"(?:\s+(?:to|sollst|darfst|debes|dois|deve))?\s|不要|请勿|别|لا\s)\Z"
)
"""What stands right before a verb that is forbidden rather than ordered."""

PHRASES = {
    "new_role": (
        "you mode anything act behav respond pretend imagin du tu ahora ora agora partir теперь 你 从 あなた 이제부터",
        (
            r"\byou are (?:now|no longer) (?:(?:an? )?(?:unrestricted|uncensored|unfiltered|evil|jailbroken|bound"
            r"|restricted"
            r"|DAN\b|in \w+ mode)|(?-i:[A-Z]\w*Bot\b|[A-Z]{4,}))"
            r"|\bfrom now on,? you (?:are|will|must|shall) (?:be )?(?:an? (?:ai|unrestricted|uncensored)|only"
            r"|ignore|obey"
            r"|respond|answer|act|pretend|always say|do)\b"
            r"|\b(?:enter|enable|activate|switch (?:in)?to) (?:developer|debug|god|admin|jailbreak|unrestricted"
            r"|DAN) mode\b"
            r"|\bdo anything now\b|\b(?:act|behave|respond|pretend|imagine)\b[^.\n]{0,40}\b(?:without|no|free of)"
            r" (?:any )?(?:restrictions|limitations|filters|rules|guidelines|censorship|ethics|moral\w*)\b"
            r"|\b(?:ab (?:sofort|jetzt) bist du|du bist (?:jetzt|ab sofort)|tu es désormais"
            r"|à partir de maintenant,? tu es"
            r"|ahora eres|a partir de ahora,? eres|ora sei|d'ora in poi sei|agora você é|a partir de agora,? você é"
            r"|теперь ты)\s+(?:\w+\s+){0,3}(?:IA|AI|KI|ИИ|DAN|model\w*|assistent\w*|asistente|assistant\w*"
            r"|chatbot|bot"
            r"|модель|ассистент)\b"
            r"|你现在是(?:一个)?(?:没有|不受)|从现在开始,?\s?你(?:是|将|必须)|(?:今から|これから)あなたは(?:制限|AI)"
            r"|이제부터 (?:너는|당신은) (?:제한|AI)"
        ),
    ),
    "fake_turn": (
        "system developer admin instruction material",
        (
            r"^[ \t]*(?:#{1,6}[ \t]*|\[|<|\*{1,2})?(?:(?-i:System|SYSTEM)|(?:new |updated? |important |priority )?"
            r"(?:system|developer|admin)[ _-]?(?:prompt|message|instructions?|override|notice|note|update"
            r"|command|mode))"
            r"(?:\]|>|\*{1,2})?[ \t]*:[ \t]*\S"
            r"|^[ \t]*#{1,6}[ \t]*(?:(?-i:system)|new instructions?|instructions? (?:to|for) the (?:judge|model"
            r"|assistant"
            r"|ai))[ \t]*$"
            r"|</?(?:system|system[_-]prompt|system[_-]message|instructions)>|\[/?(?:SYSTEM|SYS)\]"
            r"|\b(?:begin|end) (?:of )?(?:system (?:prompt|message|instructions)|the material)\b"
        ),
    ),
    "to_the_model": (
        "ai llm model chatbot judge grader evaluator grades reads ki richter prüfer bewerter",
        (
            r"\bif you(?:'re| are) (?:an? )?(?:ai|llm|artificial intelligence|(?:large )?language model|chatbot"
            r"|ai assistant)\b"
            r"|\b(?:attention|note|message|instructions?|hint|memo|dear),?\s+(?:(?:to|for) )?(?:all |the |any |every "
            r"|whoever )?(?:ai|llms?|language models?|chatbots?|ai assistants?|judges?|graders?|evaluators?"
            r"|grades this"
            r"|reads this)\b"
            r"|\b(?:judge|grader|evaluator)s? (?:must|shall|should|has to|have to|is to|are to)\b[^.\n]{0,60}"
            r"\b(?:yes|pass|full marks|correct|accept|approve|highest|perfect)\b"
            r"|\b(?:judge|grader|evaluator|instructions?|note)\s?:[^.\n]{0,60}\b(?:yes|pass|full marks|approve"
            r"|perfect"
            r"|highest score)\b"
            r"|\b(?:hinweis|nachricht|anweisung)\w* (?:an|für) (?:die ki|das sprachmodell|den (?:richter|prüfer"
            r"|bewerter))\b"
        ),
    ),
    "verdict_ordered": (
        "score verdict rating grade marks points yes pass mark correct rate",
        (
            r"\b(?:output|return|give|award|assign|print|write|answer|report|set|mark|rate|score|grade|respond with"
            r"|reply with|say)\b"
            r"[^.\n()=]{0,40}?(?:\b(?:score|scores|verdict|rating|grade)\b\W{0,3}(?:of |to |as |= ?"
            r"|: ?)?(?:1(?:\.0)?|5"
            r"|10|100|full|perfect|pass|highest"
            r"|maximum|top)\b|\bfull (?:marks|points|score)\b|\b(?:the )?(?:highest|maximum|top|perfect) (?:score"
            r"|rating|grade|marks)\b"
            r"|\b(?:yes|pass|`yes`|correct) (?:to|for|throughout|on) (?:all|every|each)\w*)"
            r"|\b(?:rate|mark|grade|score|judge|treat|accept|approve|pass) (?:this|the following|every|all|each|my)"
            r" (?:answer|response|output|submission|essay|question)s?\b"
            r"[^.\n]{0,40}(?:\b(?:as|with) (?:correct|right|perfect|excellent|pass\w*|yes|best|10|100|5|1)"
            r"|\bwithout reading)"
            r"|\b(?:answer|say|reply|respond|return|mark)\b[^.\n]{0,20}[`'\"]?\b(?:yes|pass)\b[`'\"]? (?:(?:to"
            r"|for|on)"
            r" (?:all|every|each)\w*|everywhere|throughout|always)\b"
            r"|\b(?:all|every|each)(?: of the)? questions? (?:is|are|gets?|should|must|to be)\b[^.\n]{0,30}\b(?:yes"
            r"|pass|correct)\b"
        ),
    ),
    "judge_set_aside": (
        "ignor disregard forget skip overrid verg 忽略 无视 無視 تجاهل انس",
        (
            r"\b(?:ignore|disregard|forget|skip|override)\b[^.\n]{0,20}\b(?:rubric|criteri(?:a|on)|grading|scoring"
            r"|questions above)\b"
            r"|\b(?:ignorier|vergiss|vergesst)\w*\b[^.\n]{0,20}\b(?:rubrik|kriterien|bewertung\w*|fragen (?:oben"
            r"|davor))\b"
            r"|(?:忽略|无视|無視).{0,6}(?:评分|評分|评价|标准)|(?:تجاهل|انس)\s.{0,8}(?:معايير|التقييم)"
        ),
    ),
    "closing_mark": (
        "/",
        r"<\s*/\s*(?:output|input|context|passage[_ ]?\d*|conversation|reference|prompt|material)\b[^>\n]{0,40}>",
    ),
    "hide_from_user": (
        "user human customer operator conversation history credential password api secret prompt",
        (
            r"\b(?:do not|don't|never) (?:tell|inform|alert|notify|mention (?:this|it) to|reveal (?:this"
            r"|it) to) the (?:user|human|customer|operator)\b"
            r"|\bwithout (?:telling|informing|alerting|notifying) (?:the )?(?:user|human|customer)\b"
            r"|\b(?:send|post|forward|upload|exfiltrate|transmit|leak)\b[^.\n]{0,60}\b(?:conversation|chat history"
            r"|credentials|passwords?|api keys?"
            r"|system prompt|secrets|user(?:'s)? data)\b[^.\n]{0,60}(?:\bto\b|https?:)"
        ),
    ),
}
"""By what they attempt: signs, and set phrases."""
