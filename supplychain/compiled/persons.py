"""Does the name of a provider look like that of a person? Then nobody is published before somebody has decided.

Erring means asking once too often: a decision stands in crs_providers.csv from then on.
"""

import re

from supplychain.filing.rules.personal import NOT_A_PERSON, TITLED

# Two words and then what people who work under their own name call their trade.
TRADE = re.compile(
    r"\b(?:associates?|coach|coaching|consultancy|consultants?|consulting|counselling|designs?|practice|psychology|"
    r"therapy|tuition|freelance|sole trader|& co|and co|and sons?|t/a|trading as)\b",
    re.IGNORECASE,
)
COMMON = """
aaron abdul adam ahmed aisha alan alex alexander alice ali amanda amy andrea andrew angela ann anna anne anthony
antony ashley barbara ben benjamin brian carol caroline catherine charles charlotte chris christine christopher
claire clare colin craig daniel darren dave david dawn deborah denise derek diana diane donna dorothy elaine
elizabeth emily emma eric fatima fiona frances gareth gary gemma geoffrey george gillian gordon graham hannah harry
hassan heather helen ian imran jack jacqueline james jane janet jason jean jennifer jessica joan joanne john
jonathan joseph joyce judah judith julia julie karen karl kate kathleen katie keith kelly kenneth kevin kim laura
lauren lee leanne lesley linda lisa louise lucy luke lynn marcus margaret maria marie mark martin mary matthew
maureen megan michael michelle mohammed muhammad natalie neil nicholas nicola nigel olivia omar pamela patricia
patrick paul pauline peter philip rachel raymond rebecca richard robert robin roger ronald rosemary roy russell ruth
ryan sally samantha samuel sandra sara sarah scott sean sharon shaun sheila shirley simon sophie stephanie stephen
steven stuart susan suzanne terence thomas timothy tina tony tracey tracy trevor valerie victoria wayne wendy
william yasmin yvonne zoe
"""
GIVEN_NAMES = frozenset(COMMON.split())


def looks_like_a_person(name: str) -> bool:
    """Is it a name such as “Jane Doe”, “Dr Doe” or “Jane Doe Consulting”?"""
    words = re.findall(r"[\w'’-]+", name)
    first_two = " ".join(words[:2])
    if TITLED.search(name):
        return True
    if len(words) < 2 or NOT_A_PERSON.search(first_two):
        return False
    capitalised = all(word[0].isupper() and not word.isupper() for word in words[:2])
    return capitalised and (words[0].lower() in GIVEN_NAMES or bool(TRADE.search(" ".join(words[2:]))))
