"""Japanese, Chinese and Korean addresses, from the largest unit to the house."""

from __future__ import annotations

import re

from hayward.screeners.base import Example
from hayward.screeners.names.page import Finder
from hayward.screeners.names.streets import KIND, SPACELESS, Grammar

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff々ヶケ]"
_DIGITS = r"[0-9０-９一二三四五六七八九十]{1,4}"
_DASH = r"[-－−‐ー–]"
# Postcodes and the order of the parts: Japan Post; 丁目 block, 番 lot, 号 house.
_KANA = r"[ぁ-ん]|[ァ-ヴー]"
_CODE = rf"(?P<place>〒?[0-9０-９]{{3}}{_DASH}[0-9０-９]{{4}}[ \u3000\n]{{0,2}})?"
_PREFECTURE = rf"(?:(?:東京都|北海道|大阪府|京都府|{_HAN}{{2,3}}県)[ \u3000]?)?"
_TOWN = (
    rf"(?!市区町村)(?:{_HAN}{{1,8}}?|[ぁ-ん]{{2,5}}|[ァ-ヴー]{{2,6}})[市区町村郡](?:{_HAN}|{_KANA}){{1,12}}?"
)
_LOT = (
    rf"(?:{_DIGITS}丁目(?:{_DIGITS}番(?:地)?(?:の)?(?:{_DIGITS}号?)?|{_DIGITS}{_DASH}{_DIGITS})?"
    rf"|[0-9０-９]{{1,4}}(?:{_DASH}[0-9０-９]{{1,4}}){{2,3}}|{_DIGITS}番地)"
)
JAPANESE = Grammar("address.ja/1", re.compile(_CODE + _PREFECTURE + _TOWN + _LOT), bare=0.85, near=SPACELESS)
_CITY_AND_DISTRICT = rf"(?:(?:{_HAN}{{2,3}}省)?{_HAN}{{2,4}}市)?(?:{_HAN}{{1,4}}?[区區县縣])?"
_ROAD = rf"{_HAN}{{1,8}}?(?:路|街|大道|巷|弄|胡同)(?:{_HAN}段)?[0-9０-９]{{1,5}}[号號]"
_ROOM = r"(?P<unit>(?:院)?(?:[0-9]{1,3}(?:号楼|號樓|栋|棟|幢|单元|樓|楼|层))?(?:[0-9]{1,2}单元)?(?:[0-9]{1,4}[室房])?)?"
CHINESE = Grammar("address.zh/1", re.compile(_CITY_AND_DISTRICT + _ROAD + _ROOM), bare=0.8, near=SPACELESS)
KOREAN = Grammar(
    "address.ko/1",
    re.compile(
        r"(?:[\uac00-\ud7af]{2,7}(?:특별시|광역시|특별자치시|도|시) )?(?:[\uac00-\ud7af]{1,5}[시군구] ){1,2}"
        r"[\uac00-\ud7af0-9]{1,10}(?:로|길) ?[0-9]{1,4}(?:-[0-9]{1,4})?(?![0-9])"
    ),
    bare=0.8,
    near=SPACELESS,
)
GRAMMARS = (JAPANESE, CHINESE, KOREAN)

EXAMPLES = (
    Example("住所は東京都千代田区丸の内1丁目9番1号です", ((KIND, 3, 20),)),
    Example("〒100-0005 東京都千代田区丸の内1-9-1", ((KIND, 0, 25),)),
    Example("地址:北京市海淀区中关村大街27号3单元501室。", ((KIND, 3, 24),)),
    Example("台北市信義區市府路45號", ((KIND, 0, 12),)),
    Example("서울특별시 중구 세종대로 110", ((KIND, 0, 17),)),
    Example("\U0001f600 大阪府大阪市北区梅田3-1-1", ((KIND, 2, 17),)),
    Example("第3号文件,一号线,2024年1月1日,市区町村の名,1-2-3月, 번호 1"),
)

FINDER = Finder(KIND, lambda page: (row for grammar in GRAMMARS for row in grammar.find(page)), EXAMPLES)
