"""A model hub on this computer's loopback that gives one folder as one repository, and an open_clip that knows it by name."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

REPOSITORY = "near-by/tiny"
NAME, TAG = "Tiny-B-8", "nearby"


class LocalHub(ThreadingHTTPServer):
    """Answers as the hub does for files with a sha256; `asked` are the paths that were wanted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: LocalHub

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read `asked` instead."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == f"/api/models/{REPOSITORY}?blobs=true":
            files = [
                {
                    "rfilename": file.name,
                    "lfs": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "size": file.stat().st_size},
                }
                for file in sorted(self.server.folder.iterdir())
            ]
            self._answer(json.dumps({"sha": "a1b2", "cardData": {"license": "mit"}, "siblings": files}).encode())
            return
        name = self.path.removeprefix(f"/{REPOSITORY}/resolve/a1b2/")
        file = self.server.folder / name
        if name == self.path or not file.is_file():
            self.send_error(404)
            return
        self._answer(file.read_bytes())

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def local_hub(folder: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """Serve the model in `folder` (see `make_tiny_model`); open_clip offers it as `NAME` with weights `TAG` meanwhile."""
    import open_clip
    from open_clip import pretrained

    told = json.loads((folder / "open_clip_config.json").read_text("utf-8"))
    configs = work / "configs"
    configs.mkdir()
    (configs / f"{NAME}.json").write_text(json.dumps(told["model_cfg"]), "utf-8")
    open_clip.add_model_config(configs)
    prepared = {key: told["preprocess_cfg"][key] for key in ("mean", "std", "interpolation")}
    monkeypatch.setitem(pretrained._PRETRAINED, NAME, {TAG: {"hf_hub": f"{REPOSITORY}/", **prepared}})
    server = LocalHub(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
