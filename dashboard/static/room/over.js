// The end of a class, on the card of its lesson: what becomes of what one did, and the way on without the class. Changes nothing.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { reported } from '../lesson/reported.js';
import { leave } from './here.js';

/** `why`: "closed", "gone" or "blocked"; `learning`: the lesson on the page. */
export function overOf(why, live, learning) {
  const alone = () => {
    leave();
    live.close();
  };
  const words = {
    closed: () => [t('The class has ended'), live.inside ? t('Until {date} you can read here what you did; then it is deleted.', { date: day(live.room.deletes_s) }) : ''],
    gone: () => [t('This room was deleted'), t('What you did in it was deleted too.')],
    blocked: () => [t('You are out of this class'), t('Your teacher has blocked you from this room.')],
  };
  const [heading, told] = words[why]();
  const begins = t('Alone it begins at the first step, at your own pace, and no class sees what you do.');
  const stays = why === 'gone' ? '' : t('What you answered here stays with the class.');
  const report = why === 'closed' && learning.state?.report;
  return h(
    'section',
    { class: 'class-over', 'aria-label': heading },
    h('h3', {}, heading),
    told ? h('p', {}, told) : null,
    report ? reported(report, learning.room) : null,
    h('a', { class: 'leading wide', href: learning.alone, onclick: alone }, t('Begin it alone')),
    h('p', { class: 'small' }, [begins, stays].filter(Boolean).join(' ')),
  );
}

const day = (s) => new Date(1000 * s).toLocaleDateString();
