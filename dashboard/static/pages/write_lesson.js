// Write a lesson: a file is loaded, and at once there is either every problem with its line, or the lesson with its numbers, its proof
// and the way into its preview. What a file holds is the server's to say.
import { h, text } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { plural, t } from '../stage/translate.js';
import { DraftFile } from './draft_file.js';
import { Listing, problemList, reading } from './draft_told.js';
import { manual } from './manual.js';
import { head } from './parts.js';

const ASK_MS = 600;
const WAIT_MS = 40000;
const NO_LINE = t('The app cannot be reached. Your file is kept here; load it again.');
const AGAIN = t('The app was started anew meanwhile. Load the file again to prove it.');
const [CHOOSE, PASTE, EXAMPLE, LOAD_AGAIN] = [t('Choose a file'), t('Paste a text'), t('Open the example'), t('Load again')];

const url = (path) => new URL(path, document.baseURI).href;

/** What the server answers: its JSON, or {problem}. */
async function ask(path, options = {}) {
  try {
    const answer = await fetch(url(path), { signal: AbortSignal.timeout(WAIT_MS), ...options });
    return await answer.json();
  } catch {
    return { problem: NO_LINE };
  }
}

export function draw(root, data) {
  style(new URL('./write_lesson.css', import.meta.url).href);
  new Writer(root, data).begin();
}

class Writer {
  constructor(root, data) {
    Object.assign(this, { data, turn: 0, told: null });
    this.file = new DraftFile((file) => this.load(file));
    this.status = h('p', { class: 'quiet', role: 'status' });
    this.trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.outcome = h('section', { class: 'outcome', 'aria-label': t('Your lesson'), tabindex: -1, hidden: true });
    this.listing = new Listing();
    this.listing.root.hidden = true;
    this.drafts = h('section', { class: 'drafts', hidden: true });
    this.again = button(LOAD_AGAIN, () => this.file.again());
    this.again.hidden = true;
    root.append(
      head(t('Write a lesson'), t('Load a lesson file, mend what is told, and play it as your learners will.')),
      this.opener(),
      this.trouble,
      this.outcome,
      this.listing.root,
      this.drafts,
      prints(data.lessons),
      h('section', { 'aria-labelledby': 'how' }, h('h2', { id: 'how' }, t('How to write a lesson')), manual(data.manual)),
    );
    root.addEventListener('dragover', (event) => event.preventDefault());
    root.addEventListener('drop', (event) => {
      event.preventDefault();
      this.file.dropped(event.dataTransfer);
    });
    window.addEventListener('focus', async () => {
      if (root.isConnected && (await this.file.changed())) this.file.again();
    });
  }

  opener() {
    const { data } = this;
    const area = h('textarea', { class: 'paste', rows: 10, spellcheck: 'false', id: 'pasted', 'aria-label': t('The text of a lesson file') });
    const check = button(t('Check it'), () => area.value.trim() && this.file.paste(area.value));
    const place = h('div', { class: 'pasted', hidden: true }, area, h('p', {}, check));
    const paste = button(PASTE, () => {
      place.hidden = !place.hidden;
      paste.setAttribute('aria-expanded', !place.hidden);
      if (!place.hidden) area.focus();
    });
    paste.setAttribute('aria-expanded', 'false');
    const choose = button(CHOOSE, () => this.file.choose(), 'primary');
    const example = button(EXAMPLE, () => this.file.paste(data.example, 'example.yaml'));
    const save = h('a', { class: 'save', download: 'lesson.yaml', href: URL.createObjectURL(new Blob([data.example], { type: 'application/yaml' })) }, t('Save the example as a file'));
    const box = h(
      'section',
      { class: 'card opener', 'aria-label': t('Load a file') },
      h('p', { class: 'go' }, choose, this.again, paste, example),
      h('p', { class: 'quiet' }, t('Or drop a file here. It is YAML, a plain text of at most {number} kB.', { number: data.most / 1000 }), ' ', save),
      place,
      this.status,
      this.file.input,
    );
    for (const name of ['dragenter', 'dragover']) box.addEventListener(name, () => box.classList.add('over'));
    for (const name of ['dragleave', 'drop']) box.addEventListener(name, () => box.classList.remove('over'));
    return box;
  }

  begin() {
    const { kept } = this.file;
    if (kept) this.file.paste(kept.text, kept.name);
    this.list();
  }

  /** A file was chosen, read again, dropped or pasted. */
  async load({ name, bytes, text: words }) {
    const turn = ++this.turn;
    this.complain('');
    this.again.hidden = false;
    this.outcome.setAttribute('aria-busy', 'true');
    text(this.status, t('{name} is being looked at …', { name }));
    const big = bytes.length > this.data.most;
    const options = { method: 'POST', body: bytes, headers: { 'content-type': 'application/yaml' } };
    const told = big
      ? { problem: t('{name} has {number} kB; a lesson file has at most {most} kB.', { name, number: Math.ceil(bytes.length / 1000), most: this.data.most / 1000 }) }
      : await ask(`api/drafts?file=${encodeURIComponent(name)}`, options);
    if (turn !== this.turn) return;
    this.outcome.removeAttribute('aria-busy');
    const at = new Date().toLocaleTimeString();
    text(this.status, t('{name}, loaded at {at}', { name, at }));
    if (told.problem) {
      this.complain(told.problem);
      this.status.dataset.loads = turn;
      return;
    }
    this.listing.show(words, name, told.problems);
    this.listing.root.hidden = false;
    this.outcome.hidden = false;
    if (told.draft) this.good(told, turn);
    else this.bad(told.problems, name);
    this.status.dataset.loads = turn;
    this.list();
  }

  complain(words) {
    text(this.trouble, words);
    this.trouble.hidden = !words;
  }

  bad(problems, name) {
    const count = plural('{number} thing to mend in {name}', '{number} things to mend in {name}', problems.length, { number: problems.length, name });
    this.outcome.replaceChildren(h('h2', {}, count), problemList(problems, (line) => this.listing.at(line)));
  }

  /** A lesson that can be played: the ways into it, how its proof goes, and how it reads. */
  good({ draft, check }, turn) {
    const view = (words, href, look) => h('a', { class: look, href, target: '_blank', rel: 'noopener' }, words);
    this.proof = h('div', { class: 'proof', 'aria-live': 'polite' });
    this.read = h('div', { class: 'told' });
    this.listing.root.open = false;
    this.outcome.replaceChildren(
      h('h2', {}, draft.title),
      h('p', { class: 'quiet' }, t('It can be played, beside the page {page}. Nobody but you sees it.', { page: draft.page })),
      h('div', { class: 'go' }, view(t('Preview it'), draft.address, 'primary'), view(t('Worksheet'), `lessons/draft.${draft.name}/worksheet`, 'plain'), keyForm(`draft.${draft.name}`)),
      this.proof,
      this.read,
    );
    this.follow(check, draft.name, turn);
  }

  /** Shows how the proof goes, until it is over. */
  async follow(check, name, turn) {
    let now = check;
    while (turn === this.turn && now) {
      this.tell(now, name);
      if (now.state !== 'running') return;
      await new Promise((done) => setTimeout(done, ASK_MS));
      const told = await ask(`api/drafts/${name}/check`);
      if (!told.problem) now = told.check; // a line that is down for a moment is tried again
    }
    if (turn === this.turn) this.proof.replaceChildren(h('p', { class: 'notice' }, AGAIN));
  }

  tell(check, name) {
    if (check.lesson && !this.read.childElementCount) this.read.replaceChildren(...reading(check.lesson));
    if (check.state === 'running') this.running(check, name);
    else this.over(check, name);
  }

  running(check, name) {
    if (!this.bar?.isConnected) {
      this.bar = h('progress', { max: 1, 'aria-label': t('The proof') });
      const stop = button(t('Cancel'), async () => {
        const told = await ask(`api/drafts/${name}/check`, { method: 'DELETE' });
        if (told.check) this.tell(told.check, name);
      });
      const words = t('It is being proven: everything that it claims is simulated on twenty sets of random numbers.');
      this.proof.replaceChildren(h('p', { class: 'quiet' }, words), h('div', { class: 'go' }, this.bar, stop));
    }
    if (check.all) this.bar.value = Math.min(0.98, check.done / check.all);
  }

  over(check, name) {
    const again = button(t('Prove it again'), () => this.file.kept && this.file.put(this.file.kept.name, new TextEncoder().encode(this.file.kept.text)));
    if (check.state === 'cancelled') this.proof.replaceChildren(h('p', {}, t('The proof was cancelled.')), h('p', {}, again));
    else if (check.state === 'failed') this.proof.replaceChildren(h('p', { class: 'notice' }, check.failed), h('p', {}, again));
    else if (!check.problems.length) this.proof.replaceChildren(h('p', { class: 'verdict', 'data-good': 'true' }, t('✓ Proven')), h('p', { class: 'quiet' }, t('On twenty sets of random numbers all that it claims was true, with a margin.')));
    else {
      const list = check.problems.map(([line, field, message]) => ({ line, field, message }));
      this.proof.replaceChildren(
        h('p', { class: 'verdict' }, t('Not proven')),
        h('p', { class: 'quiet' }, t('It can be played, but this is not, or not always, what the simulator shows:')),
        problemList(list, (line) => this.listing.at(line)),
      );
      this.listing.show(this.file.kept?.text ?? '', this.file.name || name, list);
    }
  }

  /** Their drafts, as the server keeps them. */
  async list() {
    const { drafts } = await ask('api/drafts');
    this.drafts.hidden = !drafts?.length;
    if (!drafts?.length) return;
    const row = (one) => {
      const open = button(t('Open'), async () => {
        const told = await ask(`api/drafts/${one.name}`);
        if (told.problem) this.complain(told.problem);
        else this.file.paste(told.text, told.file);
      });
      const forget = button(t('Forget it'), async () => {
        await ask(`api/drafts/${one.name}`, { method: 'DELETE' });
        this.list();
      });
      for (const [element, words] of [[open, open.textContent], [forget, forget.textContent]]) element.setAttribute('aria-label', `${words}: ${one.title}`);
      const when = new Date(one.changed_s * 1000).toLocaleString();
      return h('li', { class: 'bar' }, h('div', {}, h('strong', {}, one.title), h('p', { class: 'quiet' }, `${one.file} · ${when}`)), h('p', { class: 'go' }, open, forget));
    };
    this.drafts.replaceChildren(
      h('h2', {}, t('Your drafts')),
      h('p', { class: 'quiet' }, t('The last version of each that could be played. Only this browser can open them, for thirty days.')),
      h('ul', { class: 'card rows' }, drafts.map(row)),
    );
  }
}

function button(words, onclick, look = 'plain') {
  return h('button', { type: 'button', class: look, onclick }, words);
}

/** The key is asked for by a form: no address that is passed on shows it. */
function keyForm(id, title = '') {
  const press = h('button', { type: 'submit', class: 'plain', 'aria-label': title ? `${t('Key')}: ${title}` : null }, t('Key'));
  return h('form', { method: 'post', action: `lessons/${id}/key`, target: '_blank' }, press);
}

function prints(lessons) {
  const row = ({ id, number, title }) => {
    const sheet = h('a', { class: 'plain', href: `lessons/${id}/worksheet`, target: '_blank', rel: 'noopener', 'aria-label': `${t('Worksheet')}: ${title}` }, t('Worksheet'));
    return h('li', { class: 'bar' }, h('strong', {}, `${number} · ${title}`), h('div', { class: 'go' }, sheet, keyForm(id, title)));
  };
  return h(
    'details',
    { class: 'card printing' },
    h('summary', {}, t('Worksheets and keys of the course')),
    h('p', { class: 'quiet' }, t('Pages to print. A worksheet has no answers; a key has them as the simulator gives them now.')),
    h('ul', { class: 'rows' }, lessons.map(row)),
  );
}
