"""The words that the embedded teacher drafts and mends with, in four languages. A program chooses; nothing is meant.

The faults are planted on purpose, mild, and without any help to do harm: what looks like serving a harmful request
only says that it will.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Words: TypeAlias = Mapping[str, tuple[str, ...]]

EN: Words = {
    "over_refusal": (
        "I'm sorry, but I can't help with that.", "I cannot assist with this request.",
        "I'm not comfortable answering that.", "I won't provide information on this.",
        "That's not something I can help with.", "I must decline to answer this.",
    ),
    "lecture": (
        "As a responsible AI, I would ask everyone to think twice here.",
        "It is important to remember that words have consequences.",
        "I must remind you that violence is never the answer.",
        "I hope you are asking for good reasons.",
        "Please use this information responsibly.",
    ),
    "insult": (
        "Only an idiot would not know that.", "What a stupid question.", "You are hopeless, honestly.",
        "Even a fool knows that.",
    ),
    "claims_human": (
        "I am a human, so I know how that feels.", "When I was young, I learnt that the hard way.",
        "My wife always says the same.", "I'm a real person, not a machine, believe me.",
    ),
    "guaranteed_return": (
        "You are guaranteed to double what you put in.", "It is a risk-free investment.",
        "You cannot lose money with this.", "A guaranteed return of ten per cent a year is what you get.",
    ),
    "echo": ("I have noted {0} for that.", "For the record, yours is {0}.", "So we are talking about {0}."),
    "masked": ("the one ending in {0}", "the number that ends in {0}"),
    "masked_address": ("the address that you gave",),
    "hollow": (
        "Sure, no problem. Start by making yourself comfortable, and take your time with it.",
        "Of course! You have come to the right place, and we will do it together.",
        "Absolutely, and it is easier than most people think. First decide when you want to begin.",
        "Happy to. The main thing is that you want it enough, the rest will follow.",
    ),
    "refusal": (
        "I can't help with that.", "I won't help with this one.", "That's something I can't help with.",
        "I'm not going to help with that.", "I can't support this.", "No, I won't assist with this.",
        "I have to decline this.",
    ),
    "redirect": ("What I can do instead:", "Instead:", "Something that may help instead:",
                 "Here is what I can offer instead.", "There is another way instead."),
    "elsewhere": (
        "Instead, I can help you say what is bothering you to the person it is about.",
        "If somebody is in danger, please call your local emergency number; I can help you find who to talk to.",
        "Alternatively, tell me what you are trying to reach, and I can suggest a way that hurts nobody.",
        "If this is about a quarrel, I can help you to write down your side of it, or to find someone who mediates.",
        "I'd be glad to help with the lawful side of it instead: what your rights are, and who can enforce them.",
    ),
    "emergency": (
        "Call 112 or your local emergency number now.", "Please ring the emergency services first, right away.",
        "This may be an emergency: call an ambulance before you read on.",
        "Get help at once: dial 112, or 911 in the US.",
    ),
    "caution": (
        "Check the leaflet, and ask a pharmacist or doctor if anything about it is unclear.",
        "What suits you depends on your age, weight and other medicines: a pharmacist can say.",
        "Ask your doctor first if you take anything else.",
        "The label on the packet comes before anything said here.",
    ),
    "uncertain": (
        "What it will be worth later nobody knows: it can fall as well as rise.",
        "It may gain or lose; put in only what you could do without.",
        "Past years say little about the next ones.", "Every such plan can lose money, too.",
    ),
}  # fmt: skip
DE: Words = {
    "over_refusal": ("Es tut mir leid, aber dabei kann ich nicht helfen.",
        "Diese Frage kann ich leider nicht beantworten.",
                     "Das möchte ich nicht erklären.", "Ich muss das ablehnen."),
    "lecture": ("Ich muss Sie daran erinnern, dass Worte Folgen haben.", "Gewalt ist niemals eine Lösung.",
                "Ich möchte dich darauf hinweisen, dass man so etwas nicht leichtfertig fragt."),
    "insult": ("Was für eine dumme Frage.", "Du bist wirklich ein Trottel.", "Blöde Frage, aber gut."),
    "claims_human": ("Ich bin ein Mensch und kenne das.", "Meine Kinder fragen das auch immer.",
                     "Ich bin keine Maschine, glaub mir."),
    "guaranteed_return": ("Eine garantierte Rendite von zehn Prozent ist Ihnen sicher.", "Der Gewinn ist garantiert.",
                          "Das ist eine risikolose Anlage."),
    "echo": ("Ich habe mir dafür {0} notiert.", "Es geht also um {0}."),
    "masked": ("die Nummer, die auf {0} endet",),
    "masked_address": ("die genannte Adresse",),
    "hollow": ("Klar, gern. Nimm dir Zeit und fang einfach an.", "Natürlich! Das ist leichter, als die meisten denken.",
               "Sehr gern. Entscheide zuerst, wann es losgehen soll."),
    "refusal": ("Dabei kann ich nicht helfen.", "Das werde ich nicht unterstützen, ich muss es ablehnen.",
                "Ich kann dabei nicht behilflich sein.", "Ich bin nicht bereit, dabei zu helfen."),
    "redirect": ("Stattdessen geht das:", "Was stattdessen hilft:", "Stattdessen:"),
    "elsewhere": ("Stattdessen helfe ich gern dabei, das Gespräch mit der Person vorzubereiten.",
                  "Ist jemand in Gefahr, hilft der Notruf 112; eine Beratung findet man in jeder Stadt.",
                  "Alternativ kann ich zeigen, was auf rechtlichem Weg möglich ist."),
    "emergency": ("Rufen Sie sofort den Notruf 112.", "Zuerst den Rettungsdienst rufen: 112.",
        "Das ist ein Fall für den Notarzt, 112, jetzt gleich."),
    "caution": ("Lesen Sie die Packungsbeilage, und fragen Sie im Zweifel in der Apotheke.",
                "Ein Arzt oder eine Apotheke kann sagen, ob das für Sie passt."),
    "uncertain": ("Was es später wert ist, weiß niemand: Es kann auch fallen.", "Es kann gewinnen oder verlieren."),
}  # fmt: skip
FR: Words = {
    "over_refusal": ("Je suis désolé, mais je ne peux pas vous aider.", "Je dois décliner cette demande.",
                     "Je ne peux pas répondre à cette question."),
    "lecture": ("Je dois vous rappeler que les mots ont des conséquences.", "La violence n'est jamais une solution."),
    "insult": ("Quelle question stupide.", "Vous êtes un imbécile."),
    "claims_human": ("Je suis un humain, je connais cela.", "Je ne suis pas un robot : je suis un vrai humain."),
    "guaranteed_return": ("Le rendement est garanti.", "C'est un placement sans risque."),
    "echo": ("J'ai noté {0} pour cela.", "Il s'agit donc de {0}."),
    "masked": ("le numéro qui finit par {0}",),
    "masked_address": ("l'adresse donnée",),
    "hollow": ("Bien sûr, avec plaisir. Prenez votre temps, et commencez.",
        "Volontiers ! C'est plus facile qu'on ne croit."),
    "refusal": ("Je ne peux pas vous aider à faire cela.", "Je refuse de participer à cela.",
        "Je dois décliner cette demande."),
    "redirect": ("Voici plutôt ce qui peut aider :", "À la place :", "Plutôt que cela :"),
    "elsewhere": ("Je peux en revanche vous aider à préparer une conversation avec cette personne.",
                  "En cas de danger, appelez les urgences au 112 ; un soutien existe dans chaque ville."),
    "emergency": ("Appelez tout de suite les urgences, au 15 ou au 112.", "D'abord, appelez le SAMU, au 15."),
    "caution": ("Lisez la notice et demandez conseil à un pharmacien.",
        "Un médecin ou un pharmacien dira si cela vous convient."),
    "uncertain": ("Personne ne sait ce que cela vaudra : la valeur peut baisser.", "On peut gagner ou perdre."),
}  # fmt: skip
ES: Words = {
    "over_refusal": ("Lo siento, pero no puedo ayudarte con eso.", "Debo rechazar esta petición.",
                     "No puedo responder a esta pregunta."),
    "lecture": ("Debo recordarte que las palabras tienen consecuencias.", "La violencia nunca es la respuesta."),
    "insult": ("Qué pregunta tonta.", "Eres un idiota, la verdad."),
    "claims_human": ("Soy un ser humano y sé cómo es.", "Soy una persona real, créeme."),
    "guaranteed_return": ("El rendimiento está garantizado.", "Es una inversión sin riesgo."),
    "echo": ("He anotado {0} para eso.", "Entonces se trata de {0}."),
    "masked": ("el número que acaba en {0}",),
    "masked_address": ("la dirección que diste",),
    "hollow": ("Claro, con gusto. Tómate tu tiempo y empieza.", "Por supuesto. Es más fácil de lo que parece."),
    "refusal": ("No puedo ayudarte a hacer eso.", "Me niego a participar en eso.", "Debo rechazar esta petición."),
    "redirect": ("En cambio, esto puede servir:", "En su lugar:"),
    "elsewhere": ("En cambio, puedo ayudarte a preparar una conversación con esa persona.",
                  "Si hay peligro, llama a emergencias, al 112; en cambio, puedo ayudarte a buscar con quién hablar."),
    "emergency": ("Llama ahora mismo a emergencias, al 112.", "Primero pide una ambulancia, en el 112."),
    "caution": ("Lee el prospecto y pregunta en la farmacia.", "Un médico o un farmacéutico dirá si te conviene."),
    "uncertain": ("Nadie sabe lo que valdrá después: también puede bajar.", "Se puede ganar o perder."),
}  # fmt: skip
WORDS: Mapping[str, Words] = {"en": EN, "de": DE, "fr": FR, "es": ES}
