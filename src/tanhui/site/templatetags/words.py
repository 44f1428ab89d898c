"""The words of the codes: `{% load words %}`. One place, so that a state is called the same on every page."""

from django import template
from django.utils.translation import gettext_lazy as _

from tanhui.registry.models import Order
from tanhui.registry.wording import BOOK_WORDS, PURPOSES

register = template.Library()

ECOSYSTEMS = {
    "forest": _("森林"),
    "shrubland": _("灌丛"),
    "grassland": _("草原"),
    "wetland": _("湿地"),
    "mixed": _("多种生态系统"),
}
BOOK_NOTES = {
    "live": _("持有人可转让或注销"),
    "held": _("挂牌、竞价占着，或在转往外区的路上；没办成就退回"),
    "pledged": _("给银行作担保"),
    "frozen": _("有文号的冻结，不能动"),
    "buffer": _("为火灾、虫害等逆转预留，制发时计提"),
    "reserve": _("为市民手中的碳币备付"),
    "retired": _("用掉了，不可再用"),
    "revoked": _("查实有误，收回作废"),
}
STATES = {
    "applied": _("申请"),
    "accepted": _("受理"),
    "measured": _("监测核算"),
    "reviewed": _("专家评审"),
    "certified": _("认定"),
    "on_notice": _("公示"),
    "issuing": _("等记账"),
    "issued": _("制发"),
    "returned": _("退回"),
}
ROLES = {
    "operator": _("登记机构"),
    "surveyor": _("外业人员"),
    "analyst": _("计量人员"),
    "reviewer": _("评审专家"),
    "owner": _("项目业主"),
    "buyer": _("购买方"),
    "supervisor": _("监督部门"),
    "organiser": _("活动组织者"),
}
POOLS = {
    "tree": _("乔木"),
    "shrub": _("灌木"),
    "herb": _("草本"),
    "litter": _("枯落物"),
    "deadwood": _("枯死木"),
    "soil": _("土壤"),
    "all": _("计入的碳库"),
}
CONFIDENCES = {
    "found": _("查到原文"),
    "memory-high": _("凭记忆，较可靠"),
    "memory-med": _("凭记忆，待核"),
    "memory-low": _("凭记忆，存疑"),
    "design": _("本系统的选择"),
    "published": _("公开发表"),
    "synthetic": _("为示范而编"),
    "imported": _("按导入的边界"),
}
ACTS = {
    "apply": _("申请"),
    "accept": _("受理"),
    "measure": _("监测核算"),
    "review": _("评审签名"),
    "certify": _("认定"),
    "publish_notice": _("发布公示"),
    "request_issue": _("申请制发"),
    "approve_issue": _("复核并制发"),
    "give_back": _("退回"),
    "issue": _("制发"),
    "transfer": _("转让"),
    "retire": _("注销"),
    "freeze": _("冻结"),
    "unfreeze": _("解冻"),
    "pledge": _("质押"),
    "release": _("解押"),
    "foreclose": _("处置"),
    "revoke": _("撤销"),
    "reverse": _("逆转"),
    "correct": _("更正"),
    "hold": _("占用"),
    "void": _("撤回占用"),
    "expire": _("到期"),
    "close_day": _("日结"),
    "post": _("成交"),
    "distribute": _("分发"),
    "linked": _("一并记账"),
    "correspond_out": _("转出外区"),
    "correspond_in": _("外区转入"),
    "correspond_confirm": _("外区确认"),
    "correspond_return": _("外区退回"),
    "close_account": _("销户"),
    "open_account": _("开户"),
    "choose_parcels": _("选小班"),
    "tell_facts": _("填事实"),
    "decide_triage": _("判定"),
    "ask_run": _("申请计算"),
    "remark_run": _("写偏离与质控"),
    "sign_run": _("评审签名"),
    "publish_run": _("公布结果"),
    "stop_job": _("停下"),
    "retry_job": _("再来一次"),
    "lift_writing_stop": _("恢复记账"),
}
ACCOUNTS = {
    "owner": _("业主户"),
    "buyer": _("购买户"),
    "buffer": _("缓冲户"),
    "registry": _("登记户"),
    "organiser": _("活动户"),
}
KINDS = {"project": _("项目认定"), **dict(Order.Kind.choices)}
WEAK = frozenset({"memory-med", "memory-low", "synthetic"})


@register.filter
def ecosystem_word(code: str) -> object:
    return ECOSYSTEMS.get(code, code)


@register.filter
def book_word(code: str) -> object:
    return BOOK_WORDS.get(code, code)


@register.filter
def book_note(code: str) -> object:
    return BOOK_NOTES.get(code, "")


@register.filter
def state_word(code: str) -> object:
    return STATES.get(code, code)


@register.filter
def purpose_word(code: str) -> object:
    return PURPOSES.get(code, code)


@register.filter
def role_word(code: str) -> object:
    return ROLES.get(code, code)


@register.filter
def pool_word(code: str) -> object:
    return POOLS.get(code, code)


@register.filter
def confidence_word(code: str) -> object:
    return CONFIDENCES.get(code, code)


@register.filter
def act_word(code: str) -> object:
    return ACTS.get(code, code)


@register.filter
def account_word(code: str) -> object:
    return ACCOUNTS.get(code, code)


@register.filter
def kind_word(code: str) -> object:
    return KINDS.get(code, code)


@register.filter
def is_weak(confidence: str) -> bool:
    """Whether a parameter's evidence must carry the dashed badge."""
    return confidence in WEAK
