// At most 12 frames a second, as on a slow machine: all tests together have two cores, and nobody looks.
(() => {
  const [ask, BETWEEN_MS] = [window.requestAnimationFrame.bind(window), 80];
  let [waiting, last, number, asked] = [new Map(), 0, 0, false];
  const draw = (now) => {
    const due = waiting;
    [waiting, last, asked] = [new Map(), now, false];
    for (const call of due.values()) call(now);
  };
  window.requestAnimationFrame = (call) => {
    waiting.set(++number, call);
    if (!asked) setTimeout(() => ask(draw), Math.max(0, BETWEEN_MS - (performance.now() - last)));
    asked = true;
    return number;
  };
  window.cancelAnimationFrame = (id) => waiting.delete(id);
})();
