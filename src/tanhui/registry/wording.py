"""The sentences behind the codes of the ledger and of its audit.

A refusal is the rule speaking: what was not done, which rule says so, what can be done now. The door puts quantities in
as tonnes (`%(available_mg)s` arrives as `1,360.000`). Every code that the core declares has its sentence here.
"""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "wrong_role": _("没有记账：这一步只有登记机构能记，你现在的身份不行。"),
    "unknown_account": _("没有记账：账本上没有账户 %(account)s。先开户，或者核对账号。"),
    "account_exists": _("没有开户：%(account)s 已经开过了，一个账号只用一次。"),
    "reserved_account": _("没有开户：%(account)s 是账本自己用的账号，换一个。"),
    "bad_account_kind": _("没有开户：没有“%(kind)s”这类账户。"),
    "wrong_account_kind": _(
        "没有记账：账户 %(account)s 不是这一步能用的那一类。缓冲池里的碳汇留着抵逆转，不流转，也不注销。"
    ),
    "unknown_lot": _("没有记账：账本上没有批次 %(lot)s。核对批次号。"),
    "lot_exists": _("没有制发：批次号 %(lot)s 已经用过，一个批次只制发一次。"),
    "origin_already_issued": _(
        "没有记账：%(project)s 的 %(period)s 已经进过账，就是批次 %(lot)s。同一段时间、外区的同一笔，只进一次账。"
    ),
    "not_positive": _("没有记账：数量要大于零。"),
    "too_large": _("没有记账：一笔最多 %(limit_mg)s t。"),
    "bad_buffer_share": _("没有制发：缓冲池的 %(buffer_mg)s t 要从 0 起，而且比整批的 %(quantity_mg)s t 少。"),
    "same_account": _("没有记账：给出和接收是同一个账户 %(account)s。"),
    "insufficient_balance": _(
        "没有记账：要用 %(quantity_mg)s t，这个批次在账户 %(account)s 里能用的只有 %(available_mg)s t。"
    ),
    "bad_purpose": _("没有注销：没有“%(purpose)s”这种用途，从列出的用途里选一种。"),
    "account_closed": _("没有记账：账户 %(account)s 已经销户，不能再收，也不能再付。换一个账户。"),
    "account_not_empty": _("没有销户：账户 %(account)s 里还有批次 %(lot)s 的碳汇。先转出、注销或者解除质押和冻结。"),
    "account_frozen": _("没有记账：账户 %(account)s 依法冻结，里面的碳汇不能动。由监督部门解冻。"),
    "encumbrance_exists": _("没有记账：编号 %(encumbrance)s 已经用过，一个编号只用一次。换一个编号。"),
    "unknown_encumbrance": _("没有记账：账本上没有编号 %(encumbrance)s 的这类记录。核对编号。"),
    "encumbrance_differs": _("没有记账：%(encumbrance)s 绑定的不是这个账户或这个批次。核对账户和批次。"),
    "encumbrance_ended": _("没有记账：%(encumbrance)s 已经了结，不能再办。"),
    "more_than_encumbered": _("没有记账：要办 %(quantity_mg)s t，%(encumbrance)s 只剩 %(left_mg)s t。"),
    "bad_hold_purpose": _("没有占用：没有“%(purpose)s”这种用途，从列出的用途里选一种。"),
    "expiry_passed": _("没有占用：到期时间已经过了。改成以后的时间。"),
    "hold_not_postable": _("没有记账：%(hold)s 是为质押占用的，不能成交。先撤回占用，再质押。"),
    "hold_expired": _("没有成交：%(hold)s 已经到期，碳汇该退回原账户。"),
    "hold_not_expired": _("没有到期：%(hold)s 还没有到期。要提前了结，就撤回它。"),
    "wrong_buffer": _("没有记账：账户 %(account)s 里不是批次 %(lot)s 的缓冲份额。换成这个批次的缓冲池账户。"),
    "no_absorber": _("没有记账：缓冲池不够，还差 %(lacking_mg)s t。指定由谁补足。"),
    "more_than_stands": _("没有记账：要收回 %(quantity_mg)s t，批次 %(lot)s 现在只剩 %(standing_mg)s t。"),
    "bad_correction": _(
        "没有更正：更正后的量 %(issuable_mg)s t 要从 0 起，而且比批次 %(lot)s 现在的 %(standing_mg)s t 少。"
    ),
    "repeated_recipient": _("没有分发：名单里账户 %(account)s 出现了两次。改好名单再来。"),
    "wrong_day": _("没有日结：只能结前一天，这一块要结的是第 %(expected)s 天。"),
    "link_refused": _("一笔也没有记账：这一组的第 %(place)s 笔办不了（%(why)s）。改好这一笔，整组重新来。"),
    "id_reused_with_other_content": _("没有记账：这个指令编号以前记过别的内容，那一笔照旧。还要办这一笔，重新填一次。"),
}

CHECKS = {
    "seal": _("封印：文件从写好到现在，一个字节也没有变"),
    "schema": _("表：该有的表和列都在，没有别的"),
    "key": _("公钥：文件里的公钥就是签名用的那一把"),
    "signatures": _("签名：每一块的检查点都由登记机构签过"),
    "roots": _("树根：从每一条记录重算的树根，等于签过的树根"),
    "journal": _("流水：每一条都读得懂，一块接一块，没有缺也没有多"),
    "rules": _("规则：从第一条重放到最后一条，每一步都合规则"),
    "tables": _("明细：看得懂的各张表，和流水逐格相同"),
    "balances": _("余额：每个账户、每个批次的数，等于重放得到的数"),
    "conservation": _("守恒：每个批次加起来都是零，一毫克不多，一毫克不少"),
    "serials": _("编号：注销的每一毫克都有编号，从 1 起，不断也不重"),
    "survey": _("调查：原始数据逐行没有变"),
    "method": _("方法：计算用的方法和参数没有变"),
    "estimate": _("核算：从原始数据重算一遍，每一位数字都相同"),
    "issuance": _("制发：制发的量和缓冲池的份额，等于核算的结果"),
}

AUDIT_FAULTS = {
    "survey_line_changed": _("调查数据被改过：文件 %(file)s 第 %(row)s 行。"),
    "method_file_changed": _("方法文件被改过：%(name)s。"),
    "leaf_changed": _("流水被改过：第 %(idx)s 条。"),
    "checkpoint_not_signed": _("第 %(height)s 块的检查点不是登记机构签的，或者签完被改过。"),
    "key_unusable": _("公钥读不出来：%(name)s。"),
    "key_changed": _("公钥被换过：用 %(name)s 验不了封印，也验不了任何一块。"),
    "key_not_expected": _("文件里的公钥不是你给的那一把，签名按你给的那一把验。"),
    "handover_unusable": _("从你给的公钥，交接书走不到文件里的公钥：有一份没有签全，或者被改过。"),
    "handover_differs": _("第 %(number)s 份公钥交接书写的树根，不是 %(size)s 条记录时签过的那一个。"),
    "cell_changed": _("%(table)s 表 %(key)s 行的 %(column)s 被改过：现在是“%(found)s”，应当是“%(expected)s”。"),
    "row_missing": _("%(table)s 表少了一行：%(key)s。"),
    "row_unexpected": _("%(table)s 表多了一行：%(key)s。"),
    "row_repeated": _("%(table)s 表有两行是同一个：%(key)s。"),
    "rule_broken": _("不合规则：第 %(idx)s 条流水不是规则会给出的。"),
    "leaf_unreadable": _("第 %(idx)s 条流水读不懂。"),
    "block_out_of_order": _("第 %(idx)s 条流水该是一块的开头，块号或时间接不上前一块。"),
    "previous_root_differs": _("第 %(idx)s 条流水写的前一块树根，和前一块对不上。"),
    "day_end_differs": _("日结写错了：第 %(idx)s 条流水写的日终余额树根，不是重放得到的那个。"),
    "root_differs": _("第 %(height)s 块的树根对不上：到这一块为止，有流水被改过。"),
    "evidence_missing": _("缺依据：%(table)s 表 %(key)s 没有调查、方法或核算结果。"),
    "survey_hash_differs": _("项目 %(project)s 的调查数据，哈希和记账时的不同。"),
    "method_hash_differs": _("项目 %(project)s 的方法，哈希和记账时的不同。"),
    "estimate_not_recomputed": _("项目 %(project)s 没能重算：调查或方法读不进去。"),
    "not_issuable": _("批次 %(lot)s 不该制发：核算结果是没有可制发的量。"),
    "period_differs": _("批次 %(lot)s 的监测期是 %(found)s，核算结果里是 %(expected)s。"),
    "origin_differs": _("批次 %(lot)s 记账时的 %(column)s，和它的依据对不上。"),
    "issued_differs": _("批次 %(lot)s 制发了 %(found)s mg，核算结果是 %(expected)s mg。"),
    "buffer_differs": _("批次 %(lot)s 进缓冲池 %(found)s mg，核算结果是 %(expected)s mg。"),
    "lot_not_zero": _("批次 %(lot)s 加起来不是零，差 %(surplus)s mg。"),
    "serials_not_contiguous": _(
        "批次 %(lot)s 的注销编号断了或重了：第 %(idx)s 条该从 %(expected)s 起，写的是 %(found)s。"
    ),
    "schema_differs": _("%(table)s 表不是该有的样子。"),
    "table_unreadable": _("%(table)s 表读不出来。"),
    "seal_broken": _("封印破了：文件写好以后被改过，或者没有传完整。"),
    "not_checked": _("%(table)s 表没法查：它依据的内容先要对上。"),
}

SIDE_FAULT = _("账外：%(table)s 表 %(row)s 行的 %(column)s，和账本上写的不一样。")
"""Of a row beside the ledger that does not say what the ledger says."""

WRITER_FAULTS = {
    "block_without_header": _("流水里第 %(height)s 块没有块头。"),
    "block_not_by_rules": _("流水里第 %(height)s 块不是规则会给出的。"),
    "block_of_another_root": _("第 %(height)s 块的树根不是它那些流水的。"),
    "block_cannot_follow": _("第 %(height)s 块接不下去：%(said)s"),
    "clock_leapt": _(
        "机器的钟指着 %(at)s，比能信的时间快了约 %(hours)s 小时。照它记，占用会全部到期，账本的时间也退不回来。"
    ),
    "shorter_than_known": _("备份文件夹里记着已签到 %(known)s 条，现在的账本只有 %(size)s 条。"),
    "another_history": _("备份文件夹里记着的检查点，不是这本账的前一段：到 %(known)s 条为止就不同了。"),
}
"""Why the writer itself stopped, or whoever restored the ledger."""

STOPPED = {
    "check": (
        _("核对发现账本有不对的地方，记账停着。这一笔已经排进队列，不会丢，也不会记两次。"),
        _("等监督人员查清、恢复记账，再刷新页面看结果。"),
    ),
    "journal": (
        _("账本有一块接不下去，记账停着。这一笔已经排进队列，不会丢，也不会记两次。"),
        _("等监督人员查清、恢复记账，再刷新页面看结果。"),
    ),
    "clock": (
        _("机器的钟跳得太远，记账停着。这一笔已经排进队列，不会丢，也不会记两次。"),
        _("等管机器的人对好钟、监督人员恢复记账，再刷新页面看结果。"),
    ),
    "restored": (
        _("账本刚从备份恢复，比给出去的短，记账停着。这一笔已经排进队列，不会丢，也不会记两次。"),
        _("等监督人员和各家对过、恢复记账，再刷新页面看结果。"),
    ),
}
"""By why writing is stopped: what happened to an act that was handed in, and what to do."""

PURPOSES = {
    "event": _("活动中和"),
    "enterprise": _("企业中和"),
    "voluntary": _("自愿抵消"),
    "judicial": _("司法修复"),
    "compliance": _("履约抵消"),
}

HOLD_PURPOSES = {
    "listing": _("挂牌"),
    "auction": _("竞价"),
    "pledge": _("办质押"),
    "reserve": _("备付"),
}

BOOK_WORDS = {
    "live": _("可流通"),
    "held": _("占用中"),
    "pledged": _("质押"),
    "frozen": _("冻结"),
    "buffer": _("缓冲池"),
    "reserve": _("碳币备付"),
    "retired": _("已注销"),
    "revoked": _("已撤销"),
}
