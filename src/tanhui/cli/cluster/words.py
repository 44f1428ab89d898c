"""What a rehearsal says, in two languages, and how many things have held."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "good": "成立",
        "bad": "不成立",
        "place": "演练　　登记机构一家，成员 {members} 家，全在本机；文件在 {folder}",
        "registry": "登记机构　{url}　公钥 {key}",
        "member": "{name}　{url}　公钥 {key}",
        "policy": "见证规则　{members} 家里 {needed} 家签了，一块账才算定局",
        "act_books": "一　记账：制发、流转、注销",
        "follows": "{name} 镜像并重放到第 {height} 块、{size} 条记录，根 {root}，已签",
        "same": "各家的根都和登记机构签的一样：第 {height} 块，根 {root}",
        "final": "第 {height} 块已定局：{signed} 签了",
        "act_kill": "二　断电：{name} 突然停了，账继续记",
        "final_without": "少了一家照样定局：第 {height} 块，{signed} 签了",
        "act_back": "三　{name} 重新启动",
        "caught_up": "{name} 补齐了停机时的账，签到第 {height} 块",
        "act_copy": "四　有人改了 {name} 自己的副本：第 {place} 条多写了一毫克",
        "copy_refused": "{name} 启动时查出来，不签，并说出是哪一条：{words}",
        "act_table": "五　有人改了登记机构的流水表：第 {place} 条多写了一毫克；{name} 要重新取全部的账",
        "table_refused": "{name} 算出的根和签过的根不同，不收也不签：{words}",
        "check_finds": "登记机构自己验账也查得出来：{words}",
        "mended": "改回去以后，{name} 取齐、重放、签到第 {height} 块",
        "act_forge": "六　有人拿着数据库和私钥，签了一块违反规则的账：卖出的比有的多，第 {place} 条",
        "rule_refused": "{name} 拒签，并说出是哪一条、哪条规则：{words}",
        "not_final": "这一块没有定局，停在第 {height} 块",
        "held": "演练成立：{count} 项全部成立。文件留在 {folder}",
        "failed": "演练不成立：{what}　各程序的话在 {folder}/logs",
        "ended": "{what} 没有起来。",
        "no_lot": "这份调查没有可以制发的量。",
        "survey_faults": "这份调查有错。",
        "stopped": "中断了，启动的程序都已停下。",
        "members": "成员要 {fewest} 到 {most} 家。",
        "needed": "定局要的家数是 1 到 {most}：少一家也要能定局，才看得出来。",
        "survey": "没有这个文件夹：{folder}",
        "ports": "端口 {first} 到 {last} 不能用。",
        "taken": "端口 {port} 用不了：{why}。换一段：--port",
        "foreign": "{folder} 里有别的东西，演练会清空文件夹。换一个：--folder",
        "busy": "{folder} 里正有一次演练。",
    },
    "en": {
        "good": "holds",
        "bad": "FAILS",
        "place": "rehearsal  one registry and {members} members, all on this machine; files in {folder}",
        "registry": "registry   {url}  key {key}",
        "member": "{name}   {url}  key {key}",
        "policy": "policy     a block is final once {needed} of {members} have co-signed it",
        "act_books": "1  Bookings: issue, transfer, retire",
        "follows": "{name} mirrored and replayed up to block {height}, {size} records, root {root}, and co-signed",
        "same": "all have the root that the registry signed: block {height}, root {root}",
        "final": "block {height} is final: {signed} co-signed",
        "act_kill": "2  Power cut: {name} is gone at once, and booking goes on",
        "final_without": "blocks stay final with one less: block {height}, {signed} co-signed",
        "act_back": "3  {name} starts again",
        "caught_up": "{name} has caught up with what was booked meanwhile and co-signed block {height}",
        "act_copy": "4  Somebody changed the copy of {name}: a milligram more in leaf {place}",
        "copy_refused": "{name} finds it at its start, signs nothing and names the leaf: {words}",
        "act_table": "5  Somebody changed the registry's journal table: a milligram more in leaf {place}; "
        "{name} has to fetch everything anew",
        "table_refused": "{name} gets another root than was signed, takes nothing and signs nothing: {words}",
        "check_finds": "the registry's own check finds it too: {words}",
        "mended": "once it is put right, {name} fetches, replays and co-signs block {height}",
        "act_forge": "6  Somebody with database and key signed a block against the rules: "
        "a sale of more than there is, leaf {place}",
        "rule_refused": "{name} refuses, and names leaf and rule: {words}",
        "not_final": "that block is not final; final stays block {height}",
        "held": "The rehearsal holds: all {count} things. Its files stay in {folder}",
        "failed": "The rehearsal FAILS: {what}  What the programs said is in {folder}/logs",
        "ended": "{what} did not come up.",
        "no_lot": "There is nothing to issue on this survey.",
        "survey_faults": "This survey has faults.",
        "stopped": "Interrupted. What was started has been stopped.",
        "members": "There must be {fewest} to {most} members.",
        "needed": "How many must co-sign is 1 to {most}: it must work with one less, or nothing is shown.",
        "survey": "There is no such folder: {folder}",
        "ports": "Ports {first} to {last} cannot be used.",
        "taken": "Port {port} cannot be used: {why}. Choose others: --port",
        "foreign": "{folder} holds something else, and a rehearsal empties its folder. Choose another: --folder",
        "busy": "A rehearsal is under way in {folder}.",
    },
}


class Teller:
    """Says what happens, and keeps count of what held."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.held = 0

    def say(self, code: str, **facts: object) -> None:
        print(self.words(code, **facts), flush=True)

    def judge(self, code: str, *, holds: bool, **facts: object) -> str:
        """Say whether something holds, and return the sentence about it."""
        sentence = self.words(code, **facts)
        print(f"  {WORDS[self.language]['good' if holds else 'bad']}  {sentence}", flush=True)
        self.held += holds
        return sentence

    def words(self, code: str, **facts: object) -> str:
        return WORDS[self.language][code].format(**facts)
