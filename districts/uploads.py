"""Uploaded files are cut off while they arrive: Django itself limits the form's fields, not its files."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUpload(FileUploadHandler):
    """Refuses a request whose files together exceed what one application may keep (security requirement U2).

    A single file over its own limit is let through to the form, which can then say so beside the field and keep the
    rest of what was typed.
    """

    def __init__(self, request: object = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_TOTAL_LIMIT:
            raise RequestDataTooBig("上传的文件合计过大，请分次上传。")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
