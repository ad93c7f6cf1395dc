"""Lessons in the dashboard: who is where in which lesson, what they may see of it, and what their answers came to.

The browser's player (static/lesson) speaks to `api.py` in JSON; this docstring is the only description of what goes over that wire.

    GET  api/lessons             {"lessons": [card], "broken": [what is wrong with a file that is no lesson: text]}
    GET  api/lessons/{id}        state
    POST api/lessons/{id}        an action; answers with the new state
    All of them may answer {"problem": text} with status 400, 403 (from another site), 404, 413, 429 or 503 (try again later).

card    {id, number, title, concept, address (of the page with the lesson), minutes, level, steps (how many), done (how many of
        them), finished}

Actions, each {"action": name, …}, written to the database before they are acknowledged; one that answers with a problem has not
happened:
    answer   step, answer, confidence (0 guess, 1 maybe, 2 fairly, 3 certain; null where not asked), run, key, vote
             answer is an option's place (choice), a number as it was typed (number, own_run), a list of heights (sketch), a list of
             texts (writing), {path: value} (part), null (compare, goal: the run says it all)
             run is {scene, seed, changes: [[t_s, {path: value} or {"inject": fault}]], t_s, values: {path: value}, pin: [t_s,
             values] or null}: what the page plays, in the form of its asks; needed for own_run, compare and goal, where its scene
             must be the step's, welcome everywhere
             key (8 to 64 letters, digits, - and _, made by chance for each answer): the same answer sent twice counts once
             vote: the state's `vote` when it was given, because it may have waited in the browser while a room opened the next
             one; without it, the one that is open when it comes
    next     to the step after this one (an unanswered one is skipped); back; goto: step, any that was reached
    hint     step: one more hint, if one is due
    support  "example" or "explore"
    restart  the lesson begins anew (earlier answers stay in the database as earlier attempts)

state
    lesson   {id, version, number, title, concept, minutes, objectives: [text], support}
    steps    [{id, kind, title (null until it is reached), status: "open", "answered", "right", "skipped"; here: bool; reached:
             bool}]; what asks for nothing is answered once one has gone on
    finished true once the exit ticket is done
    report   the address of a page on the learner's design, once the lesson's last goal was answered; "" before
    step     what is on screen:
        id, kind, title, prompt: [paragraph]
        veiled      true until a prediction is locked: the page hides what could give the outcome away
        controls    [path]: those in sight; show {numbers: [metric], chart} or null
        ask         null, or {kind, confidence: bool} and of
                    choice {options: [text]}; number {unit}; own_run {unit, from_s}; compare {control (null: any), label: its name};
                    sketch {points: [x], label, measure, most}; writing {parts: [text]};
                    goal {conditions: [text], budget: text, "" if there is none, free: [path]};
                    part {owns: "client" or "server", members, stay, fields: [{path, label, choices: [[value, text]], value: at
                    first}]}
        answered    null, or the last answer: {attempt, answer, said (in words), confidence, right: true, false or null (nobody
                    marks it), reply: [paragraph], explanation: [paragraph], final (no further answer is taken: predictions)} and of
                    sketch {simulated: [y]}; goal {conditions: [{text, met, found, low, high, by (words: what it came to, and how
                    far off that is)}], the budget's last, best: text}; writing {model: [paragraph], rubric: [text]}; compare
                    {before, after: texts with their unit, label: the metric's name}; part {values: {path: value} of the system
                    in which most of a class does the same; a part may be changed as often as one likes}
                    explanation, simulated and best are empty while another attempt is open: until an answer is right, or final, or
                    nobody marks it, or one has gone on
                    uncounted: "" or why none of the learner's answers is a vote in the room's last vote on the step: "late" (the
                    last came after the class had seen the outcome), "missed" (there are only earlier ones)
        hints       {shown: [[paragraph]], more: how many there still are, wait_s: null or seconds until one is due by time,
                    attempts: null or how many more attempts make one due}; due when either is 0
        held        true while a room votes on the step: an answer is final, and its outcome is not told before the teacher shows it
        shown       true once a room has seen the outcome: an answer that comes now is one's own, and no vote
        vote        which vote of the room is open (1, 2, …); voted: null, or {said, confidence} of one's vote before, while
                    this one is not given; `answered` is null then
        locks       [path]: controls that the room's teacher has locked
        prediction  null, or the lesson's last locked prediction, to be seen again beside the result: {said, confidence}
        source      "yours" where the numbers of the text come from the learner's own run, "lesson" from the lesson's, null: none
    scene    what the page plays in this step: {name, seed, start: {path: value} of all controls, fixed: {path: value}, changes:
             [[t_s, {path: value} or {"inject": fault}]], keeps: bool, named: [path] (what the scene itself sets, whatever is kept)}
             A scene that begins with a prediction begins once that is locked; until then the one before it goes on.

Paragraphs and texts are plain text: the browser never takes them for markup.
"""
