// An island: one part of a page that a module of this folder draws from data, kept through Streamlit's repeated calls.
// Puts on the sheet and the theme, waits for the words, and lets links to pages of the app open without loading everything anew.
import { readColors, watchTheme } from '../stage/colors.js';
import { h } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { ready } from '../stage/translate.js';
import { roomHere } from '../room/here.js';

const ISLANDS = new WeakMap();

/** Called by Streamlit for every new data; `view` is the module that draws: draw(root, data, ask) → update(data) or nothing. */
export function mount(component, view) {
  const { parentElement: host } = component;
  let island = ISLANDS.get(host);
  if (!island) {
    island = new Island(host, view);
    ISLANDS.set(host, island);
  }
  island.component = component;
  island.show(component.data);
  return () => {
    // Streamlit cleans up superseded calls while the element lives on.
    if (host.isConnected) return;
    ISLANDS.delete(host);
    island.dispose();
  };
}

class Island {
  constructor(host, view) {
    this.view = view;
    this.root = h('div', { class: 'leaf', hidden: true });
    this.root.addEventListener('click', (event) => this.follow(event));
    host.append(this.root);
    this.begun = Promise.all([style(new URL('./pages.css', import.meta.url).href), ready()]);
    this.unwatch = watchTheme(() => readColors(this.root));
    if (roomHere()) import('../room/bar.js').then((bar) => bar.show());
  }

  async show(data) {
    this.data = data;
    await this.begun;
    if (this.data !== data) return;
    if (this.update) this.update(data);
    else {
      this.update = this.view.draw(this.root, data, (ask) => this.component.setStateValue('ask', ask)) ?? (() => {});
      this.root.hidden = false;
    }
    readColors(this.root);
    this.root.dataset.shown = 'true';
  }

  /** A plain click on a link to a page of the app: Streamlit changes the page; every other click is the browser's. */
  follow(event) {
    const link = event.target.closest?.('a[data-view]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.component.setTriggerValue('go', { view: link.dataset.view, query: new URL(link.href).search.slice(1) });
  }

  dispose() {
    this.unwatch();
  }
}
