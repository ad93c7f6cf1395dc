"""Lessons in the dashboard: who is where in which lesson, what they may see of it, and what their answers came to.

The browser's player (static/lesson) speaks to `api.py` in JSON; this docstring is the only description of what goes over that wire.

    GET  api/lessons             {"lessons": [card]}
    GET  api/lessons/{id}        state
    POST api/lessons/{id}        an action; answers with the new state, or {"problem": text} with status 400, 404, 413, 429 or 503

card    {id, number, title, concept, address (of the page with the lesson), minutes, level, steps (how many), done (how many of
        them), finished}

Actions, each {"action": name, …}, written to the database before they are acknowledged:
    answer   step, answer, confidence (0 guess, 1 maybe, 2 fairly, 3 certain; null where not asked), run
             answer is an option's place (choice), a number as it was typed (number, own_run), a list of heights (sketch), a list of
             texts (writing), null (compare, goal: the run says it all)
             run is {scene, seed, changes: [[t_s, {path: value} or {"inject": fault}]], t_s, values: {path: value}, pin: [t_s, values]
             or null}: what the page plays, in the form of its asks; needed for own_run, compare and goal, welcome everywhere
             key (a random text of the browser's): the same answer sent twice counts once
    next     to the step after this one (an unanswered one is skipped); back; goto: step, any that was reached
    hint     step: one more hint, if one is due
    support  "example" or "explore"
    restart  the lesson begins anew (earlier answers stay in the database as earlier attempts)

state
    lesson   {id, version, number, title, concept, minutes, objectives: [text], support}
    steps    [{id, kind, title, status: "open", "answered", "right", "skipped"; here: bool; reached: bool}]
    finished true once the exit ticket is done
    step     what is on screen:
        id, kind, title, prompt: [paragraph]
        veiled      true until a prediction is locked: the page hides what could give the outcome away
        controls    [path]: those in sight; show {numbers: [metric], chart} or null
        ask         null, or {kind, confidence: bool} and of
                    choice {options: [text]}; number {unit}; own_run {unit, from_s}; compare {control, label};
                    sketch {points: [x], label, measure, most}; writing {parts: [text]};
                    goal {conditions: [text], budget: text, free: [path]}
        answered    null, or the last answer: {attempt, answer, said (in words), confidence, right: true, false or null (nobody
                    marks it), reply: [paragraph], explanation: [paragraph], final (no further answer is taken: predictions)} and of
                    sketch {simulated: [y]}; goal {conditions: [{text, met, found, low, high, by (words: how far off)}], best: text};
                    writing {model: [paragraph], rubric: [text]}; compare {before, after, label}
        hints       {shown: [[paragraph]], more: how many there still are, wait_s: null or seconds until one is due by time,
                    attempts: null or how many more attempts make one due}
        prediction  null, or the lesson's last locked prediction, to be seen again beside the result: {said, confidence}
        source      "yours" where the numbers of the text come from the learner's own run, "lesson" from the lesson's, null: none
    scene    what the page plays in this step: {name, seed, start: {path: value} of all controls, fixed: {path: value}, changes:
             [[t_s, {path: value} or {"inject": fault}]], keeps: bool}

Paragraphs and texts are plain text: the browser never takes them for markup.
"""
