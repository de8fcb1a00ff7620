"""The fixed words of a rag_qa row, in the language of its passage.

A folder of German documents gives German rows: only a language missing here falls back to English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The system text, the label before the question, and what is said when the passages hold no answer."""

    system: str
    question: str
    abstain: str


WORDINGS = {
    "en": Wording(
        "Answer the question from the numbered passages alone. Cite the passage you used, like [1]. "
        "If the passages do not hold the answer, say so.",
        "Question:",
        "The passages do not contain the answer to this question.",
    ),
    "de": Wording(
        "Beantworte die Frage nur anhand der nummerierten Abschnitte. Gib den verwendeten Abschnitt an, etwa [1]. "
        "Wenn die Abschnitte die Antwort nicht enthalten, sage es.",
        "Frage:",
        "Die Abschnitte enthalten keine Antwort auf diese Frage.",
    ),
    "fr": Wording(
        "Réponds à la question uniquement à partir des passages numérotés. Cite le passage utilisé, par exemple [1]. "
        "Si les passages ne contiennent pas la réponse, dis-le.",
        "Question :",
        "Les passages ne contiennent pas la réponse à cette question.",
    ),
    "es": Wording(
        "Responde a la pregunta solo con los pasajes numerados. Cita el pasaje que has usado, por ejemplo [1]. "
        "Si los pasajes no contienen la respuesta, dilo.",
        "Pregunta:",
        "Los pasajes no contienen la respuesta a esta pregunta.",
    ),
    "it": Wording(
        "Rispondi alla domanda solo in base ai brani numerati. Cita il brano usato, per esempio [1]. "
        "Se i brani non contengono la risposta, dillo.",
        "Domanda:",
        "I brani non contengono la risposta a questa domanda.",
    ),
    "pt": Wording(
        "Responda à pergunta apenas com base nos trechos numerados. Cite o trecho usado, por exemplo [1]. "
        "Se os trechos não contiverem a resposta, diga isso.",
        "Pergunta:",
        "Os trechos não contêm a resposta a esta pergunta.",
    ),
    "nl": Wording(
        "Beantwoord de vraag alleen op basis van de genummerde passages. Noem de gebruikte passage, zoals [1]. "
        "Staat het antwoord niet in de passages, zeg dat dan.",
        "Vraag:",
        "De passages bevatten geen antwoord op deze vraag.",
    ),
    "ru": Wording(
        "Ответь на вопрос только по пронумерованным фрагментам. Укажи использованный фрагмент, например [1]. "
        "Если ответа во фрагментах нет, так и скажи.",
        "Вопрос:",
        "В приведённых фрагментах нет ответа на этот вопрос.",
    ),
    "zh": Wording(
        "请仅根据带编号的段落回答问题，并注明所用段落，例如 [1]。如果段落中没有答案，请直接说明。",
        "问题：",
        "所给段落中没有这个问题的答案。",
    ),
    "ja": Wording(
        "番号付きの文章だけに基づいて質問に答え、使った文章を [1] のように示してください。"
        "答えが含まれていない場合は、その旨を伝えてください。",
        "質問：",
        "与えられた文章には、この質問の答えが含まれていません。",
    ),
    "ko": Wording(
        "번호가 매겨진 지문만을 근거로 질문에 답하고, 사용한 지문을 [1]처럼 표시하세요. "
        "지문에 답이 없으면 없다고 말하세요.",
        "질문:",
        "주어진 지문에는 이 질문에 대한 답이 없습니다.",
    ),
    "ar": Wording(
        "أجب عن السؤال اعتمادًا على المقاطع المرقّمة فقط، واذكر المقطع الذي استخدمته، مثل [1]. "
        "إذا لم تتضمن المقاطع الإجابة فقل ذلك.",
        "السؤال:",
        "لا تتضمن المقاطع إجابة عن هذا السؤال.",
    ),
    "hi": Wording(
        "केवल क्रमांकित अंशों के आधार पर प्रश्न का उत्तर दें और प्रयुक्त अंश को [1] की तरह दर्शाएँ। यदि अंशों में उत्तर न हो, तो ऐसा कहें।",
        "प्रश्न:",
        "दिए गए अंशों में इस प्रश्न का उत्तर नहीं है।",
    ),
}


def wording(language: str) -> Wording:
    """The words for an ISO 639-1 code; English where the language has none here."""
    return WORDINGS.get(language, WORDINGS["en"])
