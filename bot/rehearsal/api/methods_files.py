"""Pictures and documents: sent as uploads or by the id of an earlier file, never from the net; and handed out."""

import hashlib
from typing import Final

from bot.rehearsal.api.checks import Upload
from bot.rehearsal.api.formatting import composed
from bot.rehearsal.api.methods_messages import addressee, changed, editable, replied
from bot.rehearsal.api.pictures import picture_size
from bot.rehearsal.api.refusal import bad_request
from bot.rehearsal.world.people import Attachment, Json
from bot.rehearsal.world.world import World

CAPTION_LIMIT: Final = 1024
PHOTO_BYTES: Final = 10 * 1024 * 1024
DOCUMENT_BYTES: Final = 50 * 1024 * 1024
DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
FILE_PATH: Final = "files/"
"""How the paths of files begin."""

LARGEST_SIDES: Final = 10_000
"""Width and height of a picture together (Bot API, sendPhoto)."""

STEEPEST: Final = 20
"""The longer side of a picture over the shorter (Bot API, sendPhoto)."""


def send_photo(world: World, given: Json) -> Json:
    """Put a picture into a chat."""
    return _send(world, given, "photo")


def send_document(world: World, given: Json) -> Json:
    """Put a file into a chat."""
    return _send(world, given, "document")


def edit_message_caption(world: World, given: Json) -> Json:
    """Change what stands under a picture or a file the bot has sent; without a reply markup its buttons go."""
    caption, entities = _caption(given)
    person, message = editable(world, given)
    if message.attachment is None:
        raise bad_request("there is no caption in the message to edit")
    return changed(world, person, message, text=caption, entities=entities, markup=given.get("reply_markup"))


def get_file(world: World, given: Json) -> Json:
    """Tell where a file can be fetched that the bot or a person has sent."""
    file = world.files.get(given["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    unique = file.file_id.removeprefix("rehearsal-")[:16]
    told: Json = {"file_id": file.file_id, "file_unique_id": unique, "file_size": len(file.content)}
    return {**told, "file_path": f"{FILE_PATH}{file.file_id}"}


def _caption(given: Json) -> tuple[str, list[Json]]:
    return composed(
        given.get("caption", ""),
        parse_mode=given.get("parse_mode"),
        entities=given.get("caption_entities", ()),
        limit=CAPTION_LIMIT,
        too_long="message caption is too long",
        empty=None,
    )


def _send(world: World, given: Json, kind: str) -> Json:
    caption, entities = _caption(given)
    attachment = _attachment(world, given[kind], kind)
    person = addressee(world, given["chat_id"])
    message = world.post(
        person.chat_id,
        caption,
        entities=entities,
        reply_markup=given.get("reply_markup"),
        attachment=attachment,
        reply_to=replied(person, given.get("reply_parameters")),
        silent=given.get("disable_notification", False),
        protected=given.get("protect_content", False),
    )
    return world.as_json(person, message)


def attachment(content: bytes, name: str) -> Attachment:
    """Return a file as a person's app sends it: what is a picture as a photo, anything else as a document."""
    width, height = picture_size(content) or (0, 0)
    kind = "photo" if width and height else "document"
    digest = hashlib.sha256(kind.encode() + content).hexdigest()[:32]
    return Attachment(
        file_id=f"rehearsal-{digest}",
        kind=kind,
        content=content,
        file_name=None if kind == "photo" else name,
        width=width,
        height=height,
    )


def _attachment(world: World, file: Upload | str, kind: str) -> Attachment:
    if isinstance(file, str):
        return _earlier(world, file, kind)
    if not file.content:
        raise bad_request("file must be non-empty")
    if len(file.content) > (PHOTO_BYTES if kind == "photo" else DOCUMENT_BYTES):
        raise bad_request(f"file of size {len(file.content)} bytes is too big for a {kind}")
    width = height = 0
    if kind == "photo":
        width, height = picture_size(file.content) or (0, 0)
        if not width or not height:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if width + height > LARGEST_SIDES or max(width, height) > STEEPEST * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
    digest = hashlib.sha256(kind.encode() + file.content).hexdigest()[:32]
    made = Attachment(
        file_id=f"rehearsal-{digest}",
        kind=kind,
        content=file.content,
        file_name=file.file_name if kind == "document" else None,
        mime_type=file.content_type if kind == "document" else None,
        width=width,
        height=height,
    )
    return world.files.setdefault(made.file_id, made)


def _earlier(world: World, file_id: str, kind: str) -> Attachment:
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content: the rehearsal reaches nothing outside")
    earlier = world.files.get(file_id)
    if earlier is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if earlier.kind != kind:
        raise bad_request(f"can't use file of type {earlier.kind.title()} as {kind.title()}")
    return earlier
