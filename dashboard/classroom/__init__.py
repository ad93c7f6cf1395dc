"""The classroom: rooms, who may do what in them, and what a teacher sees. This docstring is the only description of the wire.

A room is known by its token, which stands in the link to it (`room/{token}`). A member is a browser with the learner's cookie that
has joined; a teacher, or a wall (a projector that only looks), is a browser whose cookie `room_key` the room knows, by its hash.
Everything that is answered here passes `rights.authorise`. Texts of people are plain text, never markup.

Documents (plain HTML, no Streamlit):
    GET  join?code=                 asks for a short code, and leads to its room
    GET  room/{token}               asks for a name, then leads to the room's lesson; whoever is in goes there at once
    GET  room/{token}/questions     the light answer page: the questions of the lesson without its simulation, under 150 kB
    GET  room/{token}/qr.svg        QR code of the link to the room; ?address= one of the app's own (below)
    GET  room/{token}/card          teacher and wall: the card to print, with the code, the link and its QR code; ?address= too
    GET  room/{token}/lessons/{id}/report   a member's report on their design in this room
    GET  paper-cards                letters to hold up, four on a sheet; ?size=page: one on a sheet
    GET  claim/{token}              a button that makes this browser a teacher of the room (or its wall); the secret is in the
                                    fragment, which no server sees, and leaves the address at once
The teacher's page (`teach?room={token}`), the wall (`wall?room={token}`) and the pages of lessons are Streamlit's; a lesson in a
room is `{page}?lesson={id}&room={token}`.

JSON, under api/rooms. All may answer {"problem": text} with status 400, 403, 404, 413, 429 or 503 (try again later). POST needs
the content type application/json and our own page. Of one browser four requests are taken at a time (429 beyond) and two worked on.
    POST api/rooms                          {lesson, title?}: opens a room, this browser is its teacher → {token, recovery}
    GET  api/rooms                          → {rooms: [{token, title, lesson, members, closes_s, closed}]} that this browser teaches
    POST api/rooms/find                     {code} → {token}. Wrong, closed and old codes get one and the same answer
    GET  api/rooms/{token}                  → {room, me, roles}
    POST api/rooms/{token}/join             {name} → the same; a second time from the same browser it changes nothing.
                                            A room takes 1,000 at a time (whoever leaves, is removed or blocked frees a
                                            place), of one source 500 at once and 30 a minute more
    POST api/rooms/{token}/resume           {code} → the same; this browser goes on as the member with this code
    POST api/rooms/{token}/claim            {secret}: a claim link (once) or the recovery code (as often as needed) → the same
    POST api/rooms/{token}/me               {do: "help" | "fine" (needs none any more) | "code" | "leave"} → {me}, for "code" with
                                            resume: the code for another device, shown once. Whose last browser leaves is waited
                                            for no more, and anybody may take their name; what they said stays and counts, and
                                            with such a code they come back as themselves; of whoever has said nothing, and
                                            has no such code, nothing stays
    GET  api/rooms/{token}/events           server-sent events, below
    GET  api/rooms/{token}/lessons/{id}     state of the lesson for this member, as in dashboard.lesson; in a closed room too
    POST api/rooms/{token}/lessons/{id}     an action, as there
    GET  api/rooms/{token}/results          → results of the step at which the class is, or of ?step=id; always for the teacher, for
                                            members and a wall once they may see them (403 before): a member together with the
                                            outcome, because whoever sees how others vote before that votes with them, and so that
                                            no phone asks again at every vote; only the wall can show votes while it is held
    GET  api/rooms/{token}/class            teacher → class
    GET  api/rooms/{token}/wall             teacher and wall → {room, counts: {present, answered, of: how many
                                            (whoever is present, or has answered and left), help}, results, step: {title,
                                            prompt: [paragraph], or null while a number in it cannot be simulated yet, kind,
                                            options} of the class's step, preparing (as in class)}
    GET  api/rooms/{token}/spotlight        → spotlight, worked out once for all who ask (members, teacher, wall)
    GET  api/rooms/{token}/load             → load, of the class's step or the lesson's first step in which members own parts
    POST api/rooms/{token}/commands         teacher: {command, …} → class; below
    POST api/rooms/{token}/access           teacher: {do: "renew"}: this browser gets a new key (room_key) beside the one that it
                                            has (room_key_former), in every room where that one is → {}; {do: "end"}: ends the
                                            room's keys of all other browsers, its links and its recovery code, and the former key
                                            in every room → {recovery}. The page ends, renews and ends, and so an
                                            old key that somebody noted is worthless
    POST api/rooms/stop                     {sure: true}: this browser teaches no room any more, and is no wall → {rooms: how many}
    GET  api/rooms/{token}/export/{kind}    teacher: a file

    GET  api/addresses                      whoever teaches a room → {addresses: [{address (of the app, with a slash at the end),
                                            only_here: no other device reaches it, answers: something listens there, seen: another
                                            device came by it}]}, the likeliest first; hosted, only the one that was asked

room    {token, title, lesson: {id, number, title, concept, address}, pacing: "free", "paced" or "paused", step: id or null, place:
        number of that step from 1 or null, steps: how many, support, vote: which vote is open on it, held: whether the class
        votes on the step and its outcome is not shown, push: null or {number, view, address, title}, spotlight: null or {step,
        labels: [text]}, locks: [path], countdown_s: null or when time is over (seconds since 1970), now_s, closed: bool, closes_s,
        deletes_s, approves, revision, people: its revision; and for teacher and wall: code: "ABCD-EFGH" or null (closed),
        results_hidden, lessons: [all that there are]}
me      null, or {name, number, status: "waiting", "present", "hidden" or "blocked" (on class "left" and "removed" too), help}
roles   what this browser is here: of "teacher", "wall", "student", "waiting", "out" (blocked), "stranger"

events  `event: room`, data {room (as above, what a member may know)}: at the begin and after every change. Whoever sees `people`
        change asks GET api/rooms/{token} again. `event: class` (teacher and wall only), data {mark}: members did something; ask
        for class or wall again. `event: gone`: the room is deleted. Comments keep the line open. The stream of a member who is
        blocked or removed ends, and that of a browser whose key ends.

class   {room, people: [{number, name, status, help, here: id of the step or null, states: {step id: "open", "working", "stuck",
        "answered" (nobody marks it), "wrong", "right" or "skipped"}, done: how many, seen_s, joined_s}],
        steps: [{id, title, kind, polled: whether it can be voted on, goal: bool}], results (of the class's step, or null),
        links: [made_s of each claim link that is still good], preparing: whether the simulator is being compiled: what is right,
        where a run shows it, is not told until then,
        radar: [{id, belief, shows, holders, sure: [how many of them for confidence 0, 1, 2, 3], before (holders at their
        first answer about it), asked (how many answered a question about it), push: {view, query, title} or null}]}. An answer
        that was given after the class had seen the outcome of its question is in none of these numbers
results {step, title, kind ("choice", "number", "sketch", …), vote, held,
        votes: [one a vote: {vote, answered, left: how many of these have left since, hands: how many were counted by hand,
        options: [{text, count, sure: [count for confidence 0, 1, 2, 3], hands, right: true, false or null (not told)}] for a
        choice; numbers: [{text, count}] for a number; curves: {points: [x], low, mid, high: [y]} for a sketch}],
        mine (results only, not class or wall): the option of whoever asks in the last vote; null: none, or no choice
        shown (there only too): whether the class has seen the outcome of the last vote
        for the teacher alone of a text, member by member, the newest first: texts: [{number, given: [text]}] (100 at most),
        headings: [text], of its parts; and numbers too for the parts of a system that members own, as they last chose
        shift: null, or [[count]] for a choice with more than one vote: members by option of the first (row) and the last (column)}
        An answer belongs to the vote for which it was given (its `vote`), whenever it comes, and a member's first in each counts;
        of a browser that has left and come in again the first of the last member that it was. Of who is put out none does.
        One that comes after `reveal` of that vote, or of a later one, is kept like every other, its verdict says {late: true}, and
        it is no vote: it counts neither in votes, nor in shift, nor in the wall's `answered`

spotlight {step: {id, title} or null (nothing is side by side), metric (that the step asks for, or shows first): {name, label, most
        (the top of every chart's axis), most_said}, runs: [{label, name (null unless the teacher names them, and theirs
        may be shown), settings: [text: what it has otherwise than the others], numbers: [{name, label, text}] of p95 latency,
        errors and cost over the whole run, t: [s], y: [the metric, or null, over the window that ends there], said: the least,
        most and last of them as text, or null, moves: [s: when something was moved or broke], until_s, problem: null, or why it
        is not shown}]}

load    {step: {id, title} or null (no step of the lesson has parts: then there is only this and back), back: the page of whoever
        asks ("teach", "wall" or "lesson"), mine: their own part as text, or null, address: of the page that plays the class live
        (by itself as for everybody: push it), scene (as in dashboard.lesson), values: {path: value} to be set in it, so that it
        is the class, owned: [path: controls that are the members' to choose], members, chosen: how many of them have chosen,
        policies: [{text, count}] the most frequent, others: how many have none of these}. The page asks for it again whenever an
        event comes, and sets the values in the running system.

Commands, each {command: name, …}. Whatever changes the room makes its revision grow.
    lesson      lesson: the class goes over to it, from its first step
    pace        pacing, step? (needed for "paced" unless one is set): to the step; its time is over: countdown_s? (from now)
    reveal      shows the outcome of the class's step; vote_again: opens one more vote on it, outcome held again
    push        view, query: everybody's page goes to this page of the app (checked), the light one offers it; unpush: back to the
                lesson
    locks       paths: controls that nobody may move in the room's lesson
    spotlight   numbers (two to four members), named?: their last runs of the class's step side by side; unspotlight. Names that
                are hidden or wait for approval are not shown. It ends when a member in it leaves, is removed or blocked, or
                the name that it shows is hidden or changed
    member      number, or numbers of several, do: "approve", "hide", "show", "remove", "restore", "block", "rename" (name),
                "helped" (needs no help any more)
    settings    any of title, approves, results_hidden, support, closes_s
    code        do: "new" (the old one ends), "close" or "open"
    clear       deletes the members who have done nothing yet (they may come again, as somebody new; not who is blocked), with a new
                code → besides class {cleared: how many}. How many come from one source is counted anew with every new code
    key         kind: "teacher" or "wall" → besides class {secret, made_s}: of a claim link, good once for an hour
    recovery    a new recovery code, the old one ends → besides class {recovery}
    hands       step, vote, counts: [how many for each option]: votes counted by hand
    end         the room closes now; delete (title: typed again): all of it is deleted now → {}
"""
