"""The addresses of the API."""

from django.urls import path, re_path, register_converter

from api.cases import CaseDetail, CaseList
from api.datasets import DatasetDetail, DatasetList
from api.decisions import DecisionList
from api.endpoint import Nowhere
from api.findings import FindingList
from api.imports import FindingImport, Rescreening
from api.log import LogCheckpoint, LogDetail, LogEntries
from api.patch import PatchDetail
from api.problems import ProblemKindList
from api.releases import ReleaseDetail, ReleaseList, ShardList

app_name = "api"


class VersionConverter:
    """A release's version as part of an address."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(VersionConverter, "version")

urlpatterns = [
    path("problems", ProblemKindList.as_view(), name="problems"),
    path("datasets", DatasetList.as_view(), name="datasets"),
    path("datasets/<slug:slug>", DatasetDetail.as_view(), name="dataset"),
    path("datasets/<slug:slug>/releases", ReleaseList.as_view(), name="releases"),
    path("datasets/<slug:slug>/releases/<version:version>", ReleaseDetail.as_view(), name="release"),
    path("datasets/<slug:slug>/releases/<version:version>/shards", ShardList.as_view(), name="shards"),
    path("datasets/<slug:slug>/releases/<version:version>/findings", FindingImport.as_view(), name="import"),
    path("datasets/<slug:slug>/releases/<version:version>/rescreen", Rescreening.as_view(), name="rescreen"),
    path("datasets/<slug:slug>/log", LogDetail.as_view(), name="log"),
    path("datasets/<slug:slug>/log/checkpoint", LogCheckpoint.as_view(), name="checkpoint"),
    path("datasets/<slug:slug>/log/entries", LogEntries.as_view(), name="entries"),
    path("datasets/<slug:slug>/patch", PatchDetail.as_view(), name="patch"),
    path("findings", FindingList.as_view(), name="findings"),
    path("cases", CaseList.as_view(), name="cases"),
    path("cases/<int:pk>", CaseDetail.as_view(), name="case"),
    path("decisions", DecisionList.as_view(), name="decisions"),
    re_path(r"", Nowhere.as_view()),
]
