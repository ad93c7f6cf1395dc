// Where the traffic comes from: the sliders, or a recording that is uploaded. Knows nothing of how a recording is read.
import { attribute, h, text } from './dom.js';
import { whole } from './format.js';
import { t } from './translate.js';

const SPEED = 'traffic.recording_speed',
  TOKEN = 'traffic.recording',
  BUSY = [429, 503];

export class Source {
  constructor(offer, { onSource }) {
    Object.assign(this, { offer, onSource, wanted: null, recording: null, file: null, mode: 'sliders' });
    const name = 'traffic-source';
    this.radios = [
      ['sliders', t('Sliders')],
      ['recording', t('Recording')],
    ].map(([value, label]) => {
      const input = h('input', { type: 'radio', name, value, id: `${name}-${value}` });
      input.onchange = () => this.choose(value);
      return { value, input, cell: h('span', { class: 'cell' }, input, h('label', { for: `${name}-${value}` }, label)) };
    });
    this.picker = h('input', {
      type: 'file',
      class: 'sr',
      tabindex: -1,
      'aria-hidden': 'true',
      accept: '.csv,.log,.txt,.gz,text/csv,text/plain,application/gzip',
    });
    this.picker.onchange = () => {
      if (this.picker.files[0]) this.take(this.picker.files[0], this.picker.files[0].name);
      this.picker.value = '';
    };
    this.pick = h('button', { type: 'button', class: 'plain', onclick: () => this.picker.click() }, t('Choose a file'));
    this.example = h('button', { type: 'button', class: 'plain', onclick: () => this.takeExample() }, t('Try an example'));
    this.hint = h(
      'p',
      { class: 'hint' },
      t('CSV of time and requests, or an access log; plain or gzip, up to {number} MB. The example is synthetic.', { number: Math.round(offer.limit_bytes / 1e6) }),
    );
    this.told = h('div', { class: 'told', 'aria-live': 'polite' });
    this.body = h(
      'div',
      { class: 'recording', hidden: true },
      this.told,
      h('div', { class: 'faults' }, this.pick, this.example),
      this.hint,
      this.picker,
    );
    this.root = h(
      'div',
      { class: 'source' },
      h(
        'div',
        { class: 'segments two', role: 'radiogroup', 'aria-label': t('Where the traffic comes from') },
        this.radios.map((radio) => radio.cell),
      ),
      this.body,
    );
  }

  choose(mode) {
    this.mode = mode;
    if (mode === 'sliders') this.onSource({ [TOKEN]: null }, t('traffic from the sliders'));
    else if (this.recording) this.play(this.recording);
    this.layout();
  }

  async takeExample() {
    const answer = await fetch(new URL(this.offer.example.url, document.baseURI));
    this.take(await answer.blob(), this.offer.example.name);
  }

  async take(file, name, accept = false) {
    if (file.size > this.offer.limit_bytes) {
      this.say([h('p', { class: 'bad' }, t('{name} is larger than {number} MB.', { name, number: Math.round(this.offer.limit_bytes / 1e6) }))]);
      return;
    }
    this.say([h('p', {}, t('Reading {name} …', { name }))]);
    const url = new URL(this.offer.path, document.baseURI);
    url.search = new URLSearchParams({ name, ...(accept ? { accept: '1' } : {}) });
    try {
      const came = await fetch(url, { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream' } });
      const answer = await came.json();
      if (BUSY.includes(came.status)) this.offerAgain(answer.problem, () => this.take(file, name, accept));
      else if (answer.problem) this.refuse(answer, file, name);
      else this.came(answer);
    } catch {
      this.say([h('p', { class: 'bad' }, t('The file did not arrive. Is the app still running? Choose it again.'))]);
    }
  }

  /** Nothing is wrong with the file: it goes well a little later. */
  offerAgain(problem, again) {
    this.say([
      h('p', { class: 'bad' }, problem),
      h('div', { class: 'faults' }, h('button', { type: 'button', class: 'plain', onclick: again }, t('Try again'))),
    ]);
  }

  /** Bad lines are shown by number, and the rest is used only if the person agrees. */
  refuse(answer, file, name) {
    const lines = (answer.bad_lines ?? []).map((line) =>
      h('li', {}, h('strong', {}, t('Line {number}', { number: whole(line.number) })), `: ${line.reason}`),
    );
    this.say([
      h('p', { class: 'bad' }, answer.problem),
      lines.length ? h('ul', {}, lines) : null,
      answer.bad_count > lines.length ? h('p', {}, t('and {number} more', { number: whole(answer.bad_count - lines.length) })) : null,
      answer.rest_is_usable
        ? h(
            'div',
            { class: 'faults' },
            h('button', { type: 'button', class: 'plain', onclick: () => this.take(file, name, true) }, t('Use the rest')),
            h('button', { type: 'button', class: 'plain', onclick: () => this.say([]) }, t('Leave it')),
          )
        : null,
    ]);
  }

  /** The recording that the run lacks, as {token, begin}, or null. */
  want(wanted) {
    this.wanted = wanted;
  }

  /** A recording that the run lacks lets it begin anew; any other is played from now on. */
  came(recording) {
    const { wanted } = this;
    this.recording = recording;
    if (wanted?.token === recording.token) {
      wanted.begin(recording);
      return;
    }
    this.play(recording);
    if (wanted) this.told.append(h('p', { class: 'bad' }, t('This is another file than the one of the link.')));
  }

  play(recording) {
    this.onSource({ [TOKEN]: recording.token, [SPEED]: recording.speed }, t('recording {name}', { name: recording.name }));
    this.tell();
  }

  say(children) {
    this.told.replaceChildren(...children.filter(Boolean));
  }

  /** The recording in words, its curve, and where in it the clock is. */
  tell() {
    const { recording } = this;
    if (!recording) return;
    const points = recording.shape
      .map((y, i) => `${((i / Math.max(1, recording.shape.length - 1)) * 100).toFixed(2)},${(30 - 28 * y).toFixed(2)}`)
      .join(' ');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [key, entry] of Object.entries({
      viewBox: '0 0 100 31',
      preserveAspectRatio: 'none',
      class: 'curve',
      'aria-hidden': 'true',
    }))
      svg.setAttribute(key, entry);
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    line.setAttribute('points', points);
    this.head = h('span', { class: 'head' });
    svg.append(line);
    this.say([
      h('p', {}, recording.words, recording.notes.length ? ` (${recording.notes.join('; ')})` : ''),
      h('div', { class: 'strip' }, svg, this.head),
    ]);
  }

  /** Called with the clock: moves the mark on the curve. The recording is played from the run's begin and repeats. */
  at(t, values) {
    if (!this.head || this.mode !== 'recording' || !this.recording) return;
    const share = ((t * values[SPEED]) % this.recording.duration_s) / this.recording.duration_s;
    this.head.style.left = `${(100 * share).toFixed(1)}%`;
  }

  restore(saved) {
    if (!saved) return;
    this.recording = saved;
    this.tell();
  }

  /** The server no longer has it. */
  forget() {
    this.recording = null;
    this.mode = 'sliders';
    this.say([]);
    this.layout();
  }

  state() {
    return this.recording;
  }

  show(values) {
    const playing = !!values[TOKEN];
    if (playing) this.mode = 'recording';
    else if (this.mode === 'recording' && this.recording && TOKEN in values) this.mode = 'sliders';
    this.layout();
  }

  layout() {
    for (const radio of this.radios) radio.input.checked = radio.value === this.mode;
    this.body.hidden = this.mode !== 'recording';
    text(this.pick, this.recording ? t('Another file') : t('Choose a file'));
    this.hint.hidden = !!this.recording;
    const speed = this.root.parentElement?.querySelector(`[data-path="${SPEED}"]`)?.closest('.control');
    if (speed) speed.hidden = this.mode !== 'recording' || !this.recording;
    const label = this.root.parentElement?.querySelector('[data-path="traffic.rate"]')?.closest('.control').querySelector('label');
    if (label) text(label, this.mode === 'recording' && this.recording ? t('Mean requests/s') : t('Requests per second'));
    attribute(this.root, 'data-mode', this.mode);
  }
}
