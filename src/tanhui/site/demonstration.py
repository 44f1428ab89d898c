"""The people of a demonstration installation: one sign-in per role, and enough people that nobody acts twice.

All of them and their organisations are invented; the pages say so. Production refuses them.
"""

from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from tanhui.kit.problems import Problem
from tanhui.people.models import Organisation, Person, Role
from tanhui.people.services import register_organisation, register_person

PASSWORD = "tanhui-demo"  # noqa: S105 - printed by `make demo`, refused in production


class DemoPerson(NamedTuple):
    username: str
    name_zh: str
    name_en: str
    role: Role
    organisation: str
    duty_zh: str
    duty_en: str


ORGANISATIONS = {
    "bureau": ("包头市林业和草原局（示范）", "Baotou Forestry and Grassland Bureau (demonstration)", "包头", "Baotou"),
    "centre": ("林草碳汇研究中心（示范）", "Carbon Sink Research Centre (demonstration)", "包头", "Baotou"),
    "panel": ("碳汇评审专家组（示范）", "Review Panel (demonstration)", "呼和浩特", "Hohhot"),
    "farm": ("阴山北麓国营林场（示范）", "Yinshan State Forest Farm (demonstration)", "固阳县", "Guyang"),
    "works": ("鹿城装备制造公司（示范）", "Lucheng Equipment Works (demonstration)", "青山区", "Qingshan"),
    "office": ("鹿城会展服务中心（示范）", "Lucheng Conference Centre (demonstration)", "昆都仑区", "Kundulun"),
    "audit": ("生态环境监督组（示范）", "Ecology Supervision (demonstration)", "包头", "Baotou"),
}
PEOPLE = (
    DemoPerson("batu", "巴图", "Batu", Role.OPERATOR, "bureau", "受理", "applications"),
    DemoPerson("surina", "苏日娜", "Surina", Role.OPERATOR, "bureau", "认定", "certification"),
    DemoPerson("limin", "李敏", "Li Min", Role.OPERATOR, "bureau", "公示", "notices"),
    DemoPerson("wangqiang", "王强", "Wang Qiang", Role.OPERATOR, "bureau", "登记经办", "registry, first signature"),
    DemoPerson("wuyun", "乌云", "Wuyun", Role.OPERATOR, "bureau", "登记复核", "registry, second signature"),
    DemoPerson("naren", "娜仁", "Naren", Role.ANALYST, "centre", "计量", "measurement"),
    DemoPerson("saren", "萨仁", "Saren", Role.ANALYST, "centre", "计量复核", "measurement, second look"),
    DemoPerson("temur", "特木尔", "Temur", Role.SURVEYOR, "centre", "外业", "field work"),
    DemoPerson("chenli", "陈立", "Chen Li", Role.REVIEWER, "panel", "评审", "review"),
    DemoPerson("zhaogang", "赵刚", "Zhao Gang", Role.OWNER, "farm", "场长", "head of the farm"),
    DemoPerson("sunwei", "孙伟", "Sun Wei", Role.BUYER, "works", "双碳办", "carbon office"),
    DemoPerson("heping", "何平", "He Ping", Role.ORGANISER, "office", "会务", "events"),
    DemoPerson("gaojie", "高洁", "Gao Jie", Role.SUPERVISOR, "audit", "监督", "supervision"),
    DemoPerson("xuerong", "薛蓉", "Xue Rong", Role.SUPERVISOR, "audit", "监督复核", "supervision, second signature"),
)


@transaction.atomic
def register_demonstration_people() -> dict[str, Person]:
    """Register all demonstration people once. Raises `demonstration_only` in production."""
    if settings.PRODUCTION:
        raise Problem("demonstration_only", "Demonstration people have a public password; production refuses them.")
    known = {person.username: person for person in Person.objects.select_related("organisation")}
    if all(person.username in known for person in PEOPLE):
        return known
    organisations = {code: _organisation(code) for code in ORGANISATIONS}
    return {person.username: _person(person, organisations[person.organisation]) for person in PEOPLE}


def _organisation(code: str) -> Organisation:
    name_zh, name_en, place_zh, place_en = ORGANISATIONS[code]
    return register_organisation(
        code=code, name_zh=name_zh, name_en=name_en, place_zh=place_zh, place_en=place_en, synthetic=True
    )


def _person(told: DemoPerson, organisation: Organisation) -> Person:
    return register_person(
        username=told.username,
        name_zh=told.name_zh,
        name_en=told.name_en,
        role=told.role,
        organisation=organisation,
        duty_zh=told.duty_zh,
        duty_en=told.duty_en,
        password=PASSWORD,
    )
