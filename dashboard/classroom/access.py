"""Access: a teacher ends that of all others, has a new key in the place of one that somebody may have noted, and stops teaching.

A browser's new key is given beside the old one, which ends once the browser has shown the new one: an answer that is lost costs
nothing. Knows nothing of the web.
"""

from typing import Any

from dashboard.classroom import codes
from dashboard.classroom.rights import Actor, authorise
from dashboard.classroom.rooms import Rooms
from dashboard.lesson.way import Refused
from dashboard.store import rooms
from dashboard.words import t


def change(service: Rooms, actor: Actor, token: str, do: Any, new: str) -> dict[str, Any]:
    """What a teacher does with access. Raises Refused, FullOfKeys and what `authorise` raises.

    "renew": the key `new` may do what their own may, in every room. "end": all of the room's keys, links and codes end but their
    own key, and there is a new recovery code.
    """
    now_s, recovery = service.clock(), codes.new_code(codes.RECOVERY)
    with service.database.writing() as session:
        room = authorise(session, actor, "access", token, now_s, locks=True).room
        mine = codes.hashed(actor.key)
        if actor.former is not None and actor.former != actor.key:
            # The browser has shown its new key: the one before it is needed no more.
            rooms.end_key(session, codes.hashed(actor.former), heir=mine)
        match do:
            case "renew":
                rooms.succeed(session, mine, codes.hashed(new), now_s)
                return {}
            case "end":
                rooms.end_keys(session, room, but=mine)
                rooms.add_key(session, room, "recovery", codes.hashed(recovery), now_s)
                room.revision += 1
                return {"recovery": codes.written(recovery)}
        raise Refused(t("There is no such command."))


def stop(service: Rooms, actor: Actor) -> int:
    """End what this browser may as a teacher or a wall, in every room; how many it taught."""
    count = len(service.taught(actor))
    with service.database.writing() as session:
        for key in (actor.key, actor.former):
            if key is not None:
                rooms.end_key(session, codes.hashed(key))
    return count
