// Building: makes the stage's parts and tells each what it answers to. Knows nothing of the frame loop.
import { Beside } from './beside.js';
import { Catalogue } from './catalogue.js';
import { Charts } from './charts.js';
import { Controls } from './controls.js';
import { h } from './dom.js';
import { Faults } from './faults.js';
import { withUnit } from './format.js';
import { assemble, lookInside, style } from './frame.js';
import { Goal } from './goal.js';
import { Inspect } from './inspect.js';
import { Numbers, Sentence } from './numbers.js';
import { Pin } from './pin.js';
import { Scene } from './scene.js';
import { Screen } from './screen.js';
import { askLinks, Share } from './share.js';
import { Sheet } from './sheet.js';
import { Source } from './source.js';
import { t } from './translate.js';
import { Transport } from './transport.js';
import { Worksheet } from './worksheet.js';

/** The stage's parts on its page; they are seen once their sheet is there. */
export function build(stage) {
  const { page } = stage;
  stage.screen = new Screen();
  stage.kicker = h('p', { class: 'kicker' }, ' ');
  stage.inside = lookInside(stage);
  stage.pin = new Pin({ onPin: () => stage.pinDesign(), onUnpin: () => stage.unpin() });
  stage.link.edge = (t) => stage.pin.edge(t);
  stage.share = new Share({
    name: page.name,
    onAsk: () => askLinks(stage),
    onFile: (content) => stage.link.wish('open', { open: content }, (answer) => stage.open(answer)),
  });
  stage.transport = new Transport({
    onPlay: () => stage.play(!stage.clock.playing),
    onStep: () => stage.step(),
    onSpeed: (speed) => stage.speed(speed),
    onStart: () => stage.again({}),
    onUndo: () => stage.undo(),
    onRedo: () => stage.redo(),
    onSeek: (t) => stage.seek(t),
    onHold: (on) => stage.hold(on),
    more: [stage.pin.button, stage.share.root],
  });
  stage.scene = new Scene({ onSelect: (id) => stage.faults.choose(id) });
  stage.scene.picture.still = stage.still;
  stage.sentence = new Sentence();
  stage.numbers = new Numbers(page.tile);
  stage.charts = new Charts(page.charts, new URL(page.files.plotly, document.baseURI).href, page.regions);
  stage.experiment = new Inspect({
    page,
    link: stage.link,
    charts: stage.charts,
    values: () => stage.values ?? stage.start,
    colors: () => stage.colors,
  });
  stage.controls = new Controls(page.controls, (spec, moved) =>
    stage.move({ [spec.path]: moved }, `${spec.label} ${withUnit(spec, moved)}`),
  );
  stage.faults = new Faults(page.faults, { onFault: (fault, words) => stage.move({ inject: fault }, words) }, page);
  stage.source = page.recordings ? new Source(page.recordings, { onSource: (values, words) => stage.move(values, words) }) : null;
  stage.worksheet = page.worksheet
    ? new Worksheet({ onRate: (rate) => stage.move({ 'traffic.rate': rate }, t('{rate} requests/s', { rate })) })
    : null;
  stage.catalogue = page.catalogue
    ? new Catalogue(page.catalogue, { onMachine: (values, words) => stage.move(values, words) })
    : null;
  stage.goal = page.goal ? new Goal(page.goal) : null;
  stage.notice = h('p', { class: 'notice', role: 'alert', hidden: true });
  stage.beside = page.lesson || page.lessons?.length ? new Beside(stage) : null;
  stage.root = assemble(stage);
  stage.beside?.settle();
  const shown = { block: 'start', behavior: stage.still ? 'auto' : 'smooth' };
  stage.sheet = new Sheet({ page: stage.root, onOpen: () => stage.scene.root.scrollIntoView(shown) });
  stage.host.append(stage.root);
  const sheets = ['./stage.css', './parts.css', ...(stage.beside ? ['../lesson/lesson.css'] : [])];
  Promise.all(sheets.map((sheet) => style(new URL(sheet, import.meta.url).href))).then(() => {
    stage.root.hidden = false;
    stage.theme();
  });
}
