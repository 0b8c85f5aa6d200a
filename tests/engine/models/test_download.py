"""Downloads come from a hub on this computer's loopback; the real one is never asked."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.errors import JobCancelled, UserFixable
from engine.jobs.progress import Progress
from engine.models import download
from engine.models.download import Offer

REPOSITORY = "timm/resnet50_clip.openai"
WEIGHTS = bytes(range(256)) * 4096  # 1 MiB


class Hub(ThreadingHTTPServer):
    """One repository with one weights file; may drop the connection, lie about checksums, or ignore ranges."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.published = hashlib.sha256(WEIGHTS).hexdigest()
        self.drop_after: list[int] = []  # bytes after which the next answers break off
        self.honours_ranges = True
        self.asked: list[tuple[str, str | None]] = []


class Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read `asked` instead."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path == f"/api/models/{REPOSITORY}?blobs=true":
            large = {
                "rfilename": "open_clip_model.safetensors",
                "lfs": {"sha256": self.server.published, "size": len(WEIGHTS)},
            }
            other = {"rfilename": "open_clip_pytorch_model.bin", "lfs": {"sha256": "0" * 64, "size": 9}}
            self._answer(
                json.dumps({"sha": "abc123", "cardData": {"license": "mit"}, "siblings": [other, large]}).encode()
            )
        elif self.path == f"/{REPOSITORY}/resolve/abc123/open_clip_model.safetensors":
            self._answer(WEIGHTS, drops=True)
        else:
            self.send_error(404)

    def _answer(self, content: bytes, drops: bool = False) -> None:
        start = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if wanted and self.server.honours_ranges:
            start = int(wanted[1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        sent = content[start:]
        if drops and self.server.drop_after:
            self.wfile.write(sent[: self.server.drop_after.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(sent)


class CancelledAt(Progress):
    """A user who cancels once so many bytes have arrived."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def check(self) -> None:
        if self.done > self._count:
            self.cancel()
        super().check()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def offer(hub: Hub) -> Offer:
    return download.ask(download.choose("RN50", "openai"))


def test_size_licence_and_host_are_shown_before_anything_is_fetched(hub, offer):
    assert offer.sentence == (
        f"RN50-openai: 1 MB from 127.0.0.1:{hub.server_port}, licence: mit. "
        "This opens a connection; nothing about your files is sent."
    )
    assert [path for path, _ in hub.asked] == [f"/api/models/{REPOSITORY}?blobs=true"]


def test_safetensors_are_preferred_to_files_that_may_carry_code(offer):
    assert [file.name for file in offer.files] == ["open_clip_model.safetensors"]


def test_the_file_arrives_whole_and_progress_counts_its_bytes(offer, tmp_path):
    progress = Progress()
    weights = download.fetch(offer, tmp_path, progress)
    assert weights.read_bytes() == WEIGHTS
    assert (progress.done, progress.total) == (len(WEIGHTS), len(WEIGHTS))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["open_clip_model.safetensors"]


def test_a_dropped_connection_is_taken_up_where_it_broke(hub, offer, tmp_path):
    hub.drop_after = [300_000, 200_000]
    progress = Progress()
    assert download.fetch(offer, tmp_path, progress).read_bytes() == WEIGHTS
    assert [told for _, told in hub.asked[1:]] == [None, "bytes=300000-", "bytes=500000-"]
    assert progress.done == len(WEIGHTS)


def test_a_connection_that_stays_lost_keeps_what_arrived_for_the_next_download(hub, offer, tmp_path):
    hub.drop_after = [200_000] * 4
    with pytest.raises(UserFixable, match=r"lost at 76 %\. What arrived is kept\."):
        download.fetch(offer, tmp_path, Progress())
    assert download.fetch(offer, tmp_path, Progress()).read_bytes() == WEIGHTS
    assert hub.asked[-1][1] == "bytes=800000-"


def test_a_server_that_cannot_continue_sends_it_all_again(hub, offer, tmp_path):
    hub.drop_after, hub.honours_ranges = [300_000], False
    progress = Progress()
    assert download.fetch(offer, tmp_path, progress).read_bytes() == WEIGHTS
    assert progress.done == len(WEIGHTS)


def test_a_file_with_another_checksum_is_thrown_away(hub, tmp_path):
    hub.published = "f" * 64
    offer = download.ask(download.choose("RN50", "openai"))
    with pytest.raises(UserFixable, match=r"\(checksum differs\)\. It was thrown away\. Download again\."):
        download.fetch(offer, tmp_path, Progress())
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_download_stops_and_continues_later(hub, offer, tmp_path):
    progress = CancelledAt(400_000)
    with pytest.raises(JobCancelled):
        download.fetch(offer, tmp_path, progress)
    kept = (tmp_path / "open_clip_model.safetensors.part").stat().st_size
    assert 0 < kept < len(WEIGHTS)
    assert download.fetch(offer, tmp_path, Progress()).read_bytes() == WEIGHTS
    assert hub.asked[-1][1] == f"bytes={kept}-"


def test_a_finished_download_is_not_fetched_again(hub, offer, tmp_path):
    download.fetch(offer, tmp_path, Progress())
    asked = len(hub.asked)
    download.fetch(offer, tmp_path, Progress())
    assert len(hub.asked) == asked


def test_a_hub_that_cannot_be_reached_is_a_sentence(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(UserFixable, match=r"127\.0\.0\.1:9 could not be reached\. Nothing was changed\."):
        download.ask(download.choose("RN50", "openai"))


def test_a_model_the_hub_does_not_have_is_a_sentence(hub):
    with pytest.raises(UserFixable, match="it answered 404"):
        download.ask(download.choose("RN101", "openai"))


def test_names_that_need_a_tag_say_which_there_are():
    with pytest.raises(UserFixable, match=r"Say which one: .*laion2b_s34b_b79k"):
        download.choose("ViT-B-32")
    with pytest.raises(UserFixable, match="knows no pretrained model “ViT-Z”"):
        download.choose("ViT-Z")
    assert download.choose("ViT-B-32-openai").tag == "openai"
