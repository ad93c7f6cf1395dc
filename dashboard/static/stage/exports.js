// What can be taken along: the run as CSV, every chart as a picture, and a lab report. Knows nothing of how they are made.
import { h, text } from './dom.js';
import { asPng, save } from './download.js';
import { reportOf } from './report.js';
import { asText } from './svg.js';
import { t } from './translate.js';

const TABLES = [
  ['summary', t('Numbers'), t('all metrics with their intervals, seed, version, system')],
  ['timeline', t('Over time'), t('a line for every window of the run')],
  ['requests', t('Requests'), t('an even sample of up to 1,000, stage by stage')],
];
const LIGHT = {
  ink: '#1c2128',
  ink2: '#667080',
  line: '#e3e1da',
  card: '#ffffff',
  ground: '#f6f5f1',
  blue: '#2563d0',
  green: '#0a7d61',
  amber: '#965e00',
  violet: '#8e3fb8',
  cyan: '#0f7f9e',
  red: '#bf3420',
};

/** A drawing of a dark page in the colours of a light one, for paper. Pure. */
export function onPaper(svg, colors) {
  return Object.entries(LIGHT).reduce((drawn, [name, light]) => {
    const hex = colors[name];
    if (!/^#[0-9a-f]{6}$/i.test(hex ?? '')) return drawn;
    const rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ');
    return drawn.replaceAll(`rgb(${rgb})`, light).replaceAll(hex, light);
  }, svg);
}

export class ExportCard {
  /** `ask(table, values, done)` wants a table; `drawings()` gives [[name, title, svg]]; `charts` are the live ones. */
  constructor({ page, ask, drawings, charts, colors, theory, sweep }) {
    Object.assign(this, { page, ask, drawings, charts, colors, theory, sweep });
    this.status = h('p', { class: 'hint', role: 'status', 'aria-live': 'polite' });
    const button = (words, label, by) => h('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: by }, words);
    this.pictures = h('div', { class: 'grid' });
    this.author = h('input', { type: 'text', class: 'which', maxlength: 80, autocomplete: 'name' });
    this.notes = h('textarea', { class: 'which', rows: 3, maxlength: 4000 });
    this.root = h(
      'div',
      { class: 'pane exporting', 'data-chart': 'export' },
      h('h3', {}, t('The run as CSV')),
      h(
        'div',
        { class: 'grid' },
        TABLES.map(([name, title, note]) =>
          h(
            'div',
            { class: 'take' },
            h('span', {}, title, h('small', {}, note)),
            button('CSV', t('{title} as CSV', { title }), () => this.csv(name)),
          ),
        ),
      ),
      h('h3', {}, t('Charts as pictures')),
      this.pictures,
      h('h3', {}, t('Lab report')),
      h(
        'p',
        { class: 'hint' },
        t('One page with the system, the numbers and their intervals, the pictures, theory, costs, seed and version. It opens without this app, and prints.'),
      ),
      h(
        'div',
        { class: 'fields' },
        h('label', { class: 'field' }, h('span', {}, t('Your name (only in the file)')), this.author),
        h('label', { class: 'field long' }, h('span', {}, t('What you found')), this.notes),
        button(t('Save the report'), t('Save the lab report'), () => this.report()),
      ),
      this.status,
    );
  }

  show(now, before) {
    Object.assign(this, { now, before });
  }

  opened(is) {
    if (!is) return;
    const row = (title, svg, png) =>
      h(
        'div',
        { class: 'take' },
        h('span', {}, title),
        h(
          'span',
          { class: 'pair' },
          h('button', { type: 'button', class: 'plain', 'aria-label': t('{title} as SVG', { title }), onclick: svg }, 'SVG'),
          h('button', { type: 'button', class: 'plain', 'aria-label': t('{title} as PNG', { title }), onclick: png }, 'PNG'),
        ),
      );
    const ours = this.drawings().map(([name, title, drawing]) =>
      row(
        title,
        () => this.ours(name, drawing, 'svg'),
        () => this.ours(name, drawing, 'png'),
      ),
    );
    const live = this.charts.items.map((item) =>
      row(
        t('{title}, live', { title: item.spec.title }),
        () => this.live(item, 'svg'),
        () => this.live(item, 'png'),
      ),
    );
    this.pictures.replaceChildren(...ours, ...live);
  }

  name(what, ending) {
    return `${this.page.name}-seed${this.now.seed}-${what}.${ending}`;
  }

  csv(table) {
    text(this.status, t('The run is made again for the table …'));
    this.ask(table, this.now.values, ({ csv, problem }) => {
      text(this.status, problem ?? t('Saved as {name}.', { name: this.name(table, 'csv') }));
      if (csv) save(this.name(table, 'csv'), csv.text, 'text/csv;charset=utf-8');
    });
  }

  async ours(name, drawing, ending) {
    const svg = asText(drawing, this.colors().card);
    const { width, height } = drawing.viewBox.baseVal;
    save(this.name(name, ending), ending === 'svg' ? svg : await asPng(svg, width, height), 'image/svg+xml');
    text(this.status, t('Saved as {name}.', { name: this.name(name, ending) }));
  }

  /** A live chart as it stands; Plotly draws the picture. */
  async live(item, format) {
    const { data, layout, clientWidth: width, clientHeight: height } = item.plot;
    if (!this.charts.lib || !data) {
      text(this.status, t('This chart has not been drawn yet: scroll to it once.'));
      return;
    }
    const figure = { data, layout: { ...layout, paper_bgcolor: this.colors().card } };
    const url = await this.charts.lib.toImage(figure, { format, width, height, scale: format === 'png' ? 2 : 1 });
    const content = format === 'svg' ? decodeURIComponent(url.slice(url.indexOf(',') + 1)) : await pngOf(url);
    save(this.name(item.spec.name, format), content, 'image/svg+xml');
    text(this.status, t('Saved as {name}.', { name: this.name(item.spec.name, format) }));
  }

  report() {
    text(this.status, t('Theory is reckoned for the report …'));
    this.theory((theory) => {
      const colors = this.colors();
      const pictures = this.drawings().map(([, title, drawing]) => [title, onPaper(asText(drawing, colors.card), colors)]);
      const { page, now, before } = this;
      const html = reportOf({
        page,
        controls: page.controls,
        now,
        before,
        theory,
        pictures,
        sweep: this.sweep(),
        author: this.author.value.trim(),
        notes: this.notes.value.trim(),
        address: t('page “{title}”', { title: page.title }),
      });
      save(this.name('report', 'html'), html, 'text/html;charset=utf-8');
      text(this.status, t('Saved as {name}.', { name: this.name('report', 'html') }));
    });
  }
}

/** The bytes of a data: address; what it holds may not be fetched here. */
function pngOf(url) {
  const bytes = atob(url.slice(url.indexOf(',') + 1));
  return new Blob([Uint8Array.from(bytes, (one) => one.charCodeAt(0))], { type: 'image/png' });
}
