// What a step lets be seen of the page: few numbers and one chart, the rest folded under one button; few controls, the rest folded
// too; and behind a veil nothing that could tell what is to be predicted.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { awaited } from './words.js';

const FEW = ['latency_p50_ms', 'latency_p95_ms', 'errors'];
const LOCK_FIRST = t('Lock your prediction first.');
const STILL = t('Until then nothing can be moved, so that the picture gives nothing away.');
const OVER = t('Nothing can be moved here any more.');

export class Look {
  /** `opened`: whether everything is shown; `onOpen` is told when that is changed. */
  constructor(stage, { opened, onOpen }) {
    Object.assign(this, { stage, opened, onOpen, veiled: false, step: null });
    this.button = h('button', { type: 'button', class: 'pill everything', 'aria-expanded': 'false', onclick: () => this.toggle() });
    this.first = h('strong', {}, LOCK_FIRST);
    this.still = h('span', {}, ` ${STILL}`);
    this.veil = h('p', { class: 'veil', hidden: true }, this.first, this.still);
    stage.charts.root.after(this.button);
    this.panel = stage.root.querySelector('.panel');
    this.panel.before(this.veil);
    const { controls, worksheet, catalogue, faults, source } = stage;
    controls.rest.before(...[worksheet, catalogue, faults].filter(Boolean).map((part) => part.root));
    if (source) controls.rest.after(source.root);
    // Links and the page that looks inside open a page's own system, not a scene of a lesson.
    for (const one of [stage.share.root, stage.inside]) one.hidden = true;
  }

  /** Shows what the step says; `over`: why the class is over, or "". */
  obey(step, over = '') {
    this.step = step;
    this.veiled = !!step?.veiled;
    const { stage } = this;
    stage.veiled = this.veiled;
    stage.locks = step?.locks ?? [];
    if (step) stage.controls.arrange(step.controls ?? [], stage.locks);
    this.tell(over);
    if (this.veiled) stage.controls.more.open = false;
    this.panel.inert = this.veiled;
    this.veil.hidden = !this.veiled;
    const { transport, pin } = stage;
    for (const one of [transport.speed, transport.timeline.root, transport.step, transport.undo, transport.redo, pin.button])
      one.inert = this.veiled;
    this.show();
  }

  /** Why nothing is to be seen yet. */
  tell(over) {
    const locked = `${t('Your vote is locked.')} ${awaited(over)}`;
    this.why = this.step?.answered ? locked : over ? OVER : LOCK_FIRST;
    text(this.first, this.why);
    this.still.hidden = !!over;
    this.button.title = this.veiled ? this.why : '';
  }

  toggle() {
    this.opened = !this.opened;
    this.onOpen(this.opened);
    this.show();
  }

  show() {
    const { stage, step } = this;
    const open = !step || (this.opened && !this.veiled);
    const few = step?.show ?? { numbers: FEW, chart: stage.page.charts[0]?.name ?? null };
    stage.numbers.focus(open ? null : few.numbers);
    stage.charts.focus(open ? undefined : few.chart);
    stage.experiment.root.hidden = !open;
    if (stage.goal) stage.goal.root.hidden = !open;
    stage.charts.fit();
    stage.screen.urgent = true;
    attribute(this.button, 'aria-expanded', open);
    this.button.hidden = !step;
    this.button.disabled = this.veiled;
    text(this.button, open ? t('Only what the step is about ↑') : t('All numbers and charts ↓'));
  }
}
