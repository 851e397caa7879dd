"""The device behind a page of Flet: its pickers, downloads and folders."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

import flet as ft

from app.errors import FileUnreadable
from app.services import desktop
from app.state.platform import Picked

UPLOAD_SECONDS = 600  # an address for an upload works no longer


class Device:
    """`uploads` is the folder that the browser's files arrive in; None for a window of its own."""

    def __init__(self, page: ft.Page, uploads: Path | None) -> None:
        self._page = page
        self._uploads = uploads if page.web else None
        self._picker = ft.FilePicker(on_upload=self._uploaded)
        self._waiting: dict[str, asyncio.Future[None]] = {}

    @property
    def downloads(self) -> bool:
        return self._page.web or self._phone

    @property
    def shares(self) -> bool:
        return self._phone and not self._page.web

    @property
    def _phone(self) -> bool:
        return self._page.platform is not None and self._page.platform.is_mobile()

    def go(self, route: str) -> None:
        self._page.navigate(route)

    async def pick_pdfs(self, title: str) -> Sequence[Picked]:
        return await self._pick(title, ["pdf"], many=True)

    async def pick_pdf(self, title: str) -> Picked | None:
        found = await self._pick(title, ["pdf"], many=False)
        return found[0] if found else None

    async def pick_key_file(self, title: str) -> Picked | None:
        found = await self._pick(title, ["p12", "pfx"], many=False)
        return found[0] if found else None

    async def _pick(self, title: str, extensions: list[str], many: bool) -> list[Picked]:
        files = await self._picker.pick_files(
            dialog_title=title, allow_multiple=many, file_type=ft.FilePickerFileType.CUSTOM,
            allowed_extensions=extensions, cancel_upload_on_window_blur=False,
        )  # fmt: skip
        if self._uploads is None:
            return [Picked(Path(file.path), self._phone) for file in files if file.path]
        return [await self._upload(self._uploads, file) for file in files]

    async def _upload(self, folder: Path, file: ft.FilePickerFile) -> Picked:
        """Bring a file of the browser here, under its own name in a folder of its own."""
        name = Path(file.name).name or "dokumen.pdf"
        inside = f"{secrets.token_hex(16)}/{name}"
        done = self._waiting[file.name] = asyncio.get_running_loop().create_future()
        url = self._page.get_upload_url(inside, UPLOAD_SECONDS)
        await self._picker.upload([ft.FilePickerUploadFile(upload_url=url, id=file.id,
                                                           name=file.name)])  # fmt: skip
        try:
            await asyncio.wait_for(done, UPLOAD_SECONDS)
        finally:
            self._waiting.pop(file.name, None)
        return Picked(folder / inside, temporary=True)

    async def _uploaded(self, event: ft.FilePickerUploadEvent) -> None:
        done = self._waiting.get(event.file_name)
        if done is None or done.done():
            return
        if event.error:
            done.set_exception(FileUnreadable(name=event.file_name))
        elif event.progress == 1.0:
            done.set_result(None)

    async def ask_target(self, title: str, name: str) -> Path | None:
        chosen = await self._picker.save_file(dialog_title=title, file_name=name)
        return Path(chosen) if chosen else None

    async def download(self, name: str, data: bytes) -> None:
        await self._picker.save_file(file_name=name, src_bytes=data)

    async def open_folder(self, folder: Path) -> None:
        await asyncio.to_thread(desktop.open_folder, folder)

    async def share(self, path: Path) -> None:
        await ft.Share().share_files([ft.ShareFile.from_path(str(path))])
