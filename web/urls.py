"""The addresses of the people's door."""

from django.urls import path

from web import (
    changelog,
    datasets,
    decisions,
    front,
    notices,
    pictures,
    queue,
    releases,
    review,
    rules,
    tokens,
)

app_name = "web"
urlpatterns = [
    path("", front.front, name="front"),
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.next_case, name="next_case"),
    path("cases/<int:pk>/", review.case, name="case"),
    path("cases/<int:pk>/claim/", review.claim, name="claim"),
    path("cases/<int:pk>/release/", review.release, name="give_back"),
    path("cases/<int:pk>/reveal/", review.reveal, name="reveal"),
    path("cases/<int:pk>/pictures/<str:field>", pictures.picture, name="picture"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<int:pk>/undo/", decisions.undo, name="undo"),
    path("decisions/<int:pk>/reverse/", decisions.reverse, name="reverse"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/new/", datasets.new_dataset, name="new_dataset"),
    path("datasets/<slug:slug>/", datasets.dataset, name="dataset"),
    path("datasets/<slug:slug>/new-release/", releases.new_release, name="new_release"),
    path("datasets/<slug:slug>/releases/<str:version>/", releases.release, name="release"),
    path("datasets/<slug:slug>/releases/<str:version>/shards/<int:pk>/retry/", releases.retry, name="retry"),
    path("datasets/<slug:slug>/releases/<str:version>/rescreen/", releases.rescreen, name="rescreen"),
    path("notices/new/", notices.new_notice, name="new_notice"),
    path("notices/sent/", notices.notice_sent, name="notice_sent"),
    path("notices/status/<str:token>/", notices.notice_status, name="notice_status"),
    path("policy/", rules.rules, name="policy"),
    path("changelog/", changelog.changelogs, name="changelogs"),
    path("changelog/<slug:slug>/", changelog.log, name="log"),
    path("changelog/<slug:slug>/entries.jsonl", changelog.download, name="entries"),
    path("changelog/<slug:slug>/checkpoint", changelog.checkpoint, name="checkpoint"),
    path("changelog/<slug:slug>/<int:seq>/", changelog.entry, name="entry"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<str:key>/delete/", tokens.delete_token, name="delete_token"),
]
