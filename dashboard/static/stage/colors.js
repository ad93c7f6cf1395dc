// The palette in force, read from the sheet's variables, for what is drawn rather than styled.
const NAMES = ['ink', 'ink2', 'line', 'card', 'ground', 'blue', 'green', 'amber', 'violet', 'cyan', 'red'];

export function readColors(root) {
  const computed = getComputedStyle(root);
  const ground = computed.getPropertyValue('--st-background-color').trim() || '#f6f5f1';
  root.dataset.theme = light(ground) > 0.4 ? 'light' : 'dark';
  document.documentElement.dataset.theme = root.dataset.theme;
  const again = getComputedStyle(root);
  const colors = Object.fromEntries(NAMES.map((name) => [name, again.getPropertyValue(`--${name}`).trim()]));
  const dark = root.dataset.theme === 'dark';
  return {
    ...colors,
    link: dark ? '#3a424e' : '#d9d6cd',
    ok: fade(colors.blue, dark ? 0.72 : 0.62),
    queue: fade(colors.blue, 0.75),
    named: {
      ...colors,
      none: 'rgba(0,0,0,0)',
      'blue soft': fade(colors.blue, 0.75),
      'blue wash': fade(colors.blue, dark ? 0.13 : 0.1),
      'red area': fade(colors.red, 0.6),
      'ink2 area': fade(colors.ink2, 0.5),
    },
  };
}

/** Calls back when the system's preference changes; Streamlit's own switch comes as a new call of the component. */
export function watchTheme(callback) {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const later = () => setTimeout(callback, 60);
  query.addEventListener('change', later);
  return () => query.removeEventListener('change', later);
}

function channels(hex) {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((at) => parseInt(long.slice(at, at + 2), 16));
}

function light(hex) {
  if (!hex.startsWith('#')) return 1;
  const [r, g, b] = channels(hex);
  return (0.3 * r + 0.59 * g + 0.11 * b) / 255;
}

function fade(hex, alpha) {
  return hex.startsWith('#') ? `rgba(${channels(hex).join(',')},${alpha})` : hex;
}
