// The keys of the whole page: space, full stop, undo and redo. A field that takes text keeps its own.

export function key(stage, event) {
  if (event.defaultPrevented || event.altKey) return;
  const typing = event.target.closest?.('input, select, textarea, button, [contenteditable]');
  const box = event.target.matches?.('input[type=text], textarea');
  if (event.ctrlKey || event.metaKey) {
    const name = event.key.toLowerCase();
    const redo = name === 'y' || (name === 'z' && event.shiftKey);
    if (box || !(redo || name === 'z')) return;
    event.preventDefault();
    if (redo) stage.redo();
    else stage.undo();
  } else if (typing) return;
  else if (event.key === ' ') {
    event.preventDefault();
    stage.play(!stage.clock.playing);
  } else if (event.key === '.') stage.step();
}
