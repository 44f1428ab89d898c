"""How alike two names of owners or projects are: a hint for a person, never a decision.

Names are compared by pairs of neighbouring characters (the coefficient of Dice), once the words that every company has
are taken off. All in whole thousandths, so that the same names always give the same score.
"""

from collections import Counter

EVERYBODY = (
    *(
        "有限责任公司",
        "股份有限公司",
        "有限公司",
        "集团公司",
        "集团",
        "公司",
        "造林碳汇项目",
        "碳汇造林项目",
        "造林项目",
    ),
    *("项目", "内蒙古自治区", "内蒙古", "国营", "国有"),
)
IN_NAME_PERMILLE = 850
LIKELY_PERMILLE = 600
SAME_COUNTY_PERMILLE = 100
LEAST_LETTERS = 3


def core_of(name: str) -> str:
    """Return a name without blanks, brackets and the words that say nothing about whose it is."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    for word in EVERYBODY:
        plain = plain.replace(word, "")
    return plain


def likeness_permille(one: str, other: str) -> int:
    """Return how alike two names are, 0 to 1000."""
    first, second = core_of(one), core_of(other)
    if not first or not second:
        return 0
    if first == second:
        return 1000
    pairs, others = _pairs(first), _pairs(second)
    common = sum((pairs & others).values())
    total = sum(pairs.values()) + sum(others.values())
    return 2000 * common // total if total else 0


def score_permille(*, name: str, owner: str, our_owner: str, same_county: bool) -> int:
    """Return how likely it is that a listed project stands on land of one of our owners."""
    score = likeness_permille(owner, our_owner)
    ours = core_of(our_owner)
    if len(ours) >= LEAST_LETTERS and ours in core_of(name):
        score = max(score, IN_NAME_PERMILLE)
    if score and same_county:
        score += SAME_COUNTY_PERMILLE
    return min(score, 1000)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[n : n + 2] for n in range(len(text) - 1))
