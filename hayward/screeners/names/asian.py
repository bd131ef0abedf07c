"""Chinese, Japanese and Korean names: a listed surname with a form of address or an introduction around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND
from hayward.screeners.pii.spans import Evidence

# The most frequent surnames of each language, as in Faker's lists (MIT).
CHINESE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇呂盧鍾譚陸範賈韋鄒鄔龍賀顧龔萬錢嚴歐"
)
JAPANESE = (
    "三浦|中島|中川|中村|井上|伊藤|佐々木|佐藤|前田|加藤|吉田|坂本|太田|小川|小林|山下|山口|山崎|山本|山田|岡本|岡田|後藤|斉藤"
    "|斎藤|木村|村上|松本|松田|橋本|池田|清水|渡辺|渡邊|田中|石井|石川|福田|藤井|藤原|藤田|西村|近藤|遠藤|鈴木|長谷川|阿部|青木"
    "|高橋|林|森"
)
KOREAN = "강고곽구권김나남노류문민박배백서성손송신심안양엄오우유윤이임장전정조주지진차최하한허홍황"
_HAN, _KANA, _HANGUL = r"[\u3400-\u4dbf\u4e00-\u9fff]", r"[\u3040-\u309f\u30a0-\u30ff]", r"[\uac00-\ud7af]"
_CHINESE_SURNAME = rf"(?:[{CHINESE}]|欧阳|歐陽|司马|上官|诸葛)"
_KOREAN_NAME = rf"(?P<name>[{KOREAN}]{_HANGUL}{{2}})"

RULES: tuple[tuple[re.Pattern[str], str, str, float], ...] = (
    (
        re.compile(
            rf"(?P<name>(?<!{_HAN}){_CHINESE_SURNAME}{_HAN}{{0,2}}?)(?P<word>先生|女士|小姐|太太|教授|医生|醫生)"
        ),
        "name.title-han/1", "zh", 0.75,
    ),
    (
        re.compile(
            rf"(?P<word>我叫|我的名字是|我的名字叫|我名叫|姓名[：:] ?|联系人[：:] ?|聯絡人[：:] ?|作者[：:] ?)"
            rf"(?P<name>{_CHINESE_SURNAME}{_HAN}{{1,2}})(?!{_HAN})"
        ),
        "name.introduced-han/1", "zh", 0.85,
    ),
    (
        re.compile(
            rf"(?<!{_HAN})(?P<name>(?:{JAPANESE})(?: ?{_HAN}{{1,3}}|{_KANA}{{2,4}})?)"
            rf"(?P<word>さん|様|さま|くん|ちゃん|先生|氏)"
        ),
        "name.title-ja/1", "ja", 0.8,
    ),
    (
        re.compile(
            rf"(?P<word>私の名前は|名前は|氏名[：:]|お名前[：:]|担当[：:]|担当者[：:]|私は)[ \u3000]?"
            rf"(?P<name>(?:{JAPANESE})[ \u3000]?(?:{_HAN}{{1,3}}|{_KANA}{{2,4}}?)?)"
            rf"(?=です|と申|とい|と言|[\s。、,.\0]|$)"
        ),
        "name.introduced-ja/1", "ja", 0.8,
    ),
    (
        re.compile(rf"(?<!{_HANGUL}){_KOREAN_NAME} ?(?P<word>씨|님|선생님|교수님)(?!{_HANGUL}{{2}})"),
        "name.title-ko/1", "ko", 0.75,
    ),
    (
        re.compile(
            rf"(?P<word>제 이름은|내 이름은|이름[：:]|성명[：:]|저는) ?{_KOREAN_NAME}(?=입니다|이에요|예요|[\s,.\0]|$)"
        ),
        "name.introduced-ko/1", "ko", 0.8,
    ),
)  # fmt: skip


def find(page: Page) -> Iterator[Row]:
    for pattern, rule, language, score in RULES if page.spaceless else ():
        for match in (one for span in page.spaceless for one in pattern.finditer(page.text, *span)):
            start, end = match.span("name")
            before = match.start("word") < start
            distance = match.end("word") - start if before else match.start("word") - end
            word = match["word"].strip(" :：")
            yield start, end, score, Evidence(KIND, rule, None, f"{language}:{word}@{distance}")


EXAMPLES = (
    Example("王小明先生您好", ((KIND, 0, 3),)),
    Example("大家好,我叫李娜。", ((KIND, 6, 8),)),
    Example("田中さんと山田太郎様", ((KIND, 0, 2), (KIND, 5, 9))),
    Example("私の名前は佐藤花子です", ((KIND, 5, 9),)),
    Example("김철수 씨, 제 이름은 박지은입니다", ((KIND, 0, 3), (KIND, 13, 16))),
    Example("お客さん、皆さん、お母さん、先生、女士们先生们、我叫他来"),
)

FINDER = Finder(KIND, find, EXAMPLES)
