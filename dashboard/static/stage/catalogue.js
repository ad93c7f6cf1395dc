// The price list's machines, to choose from: a choice sets vCPUs and memory. Knows nothing of what a machine carries.
import { attribute, h } from './dom.js';
import { fixed, whole } from './format.js';
import { t } from './translate.js';

export class Catalogue {
  constructor({ date, source, lines }, { onMachine }) {
    this.rows = lines.map((line) => {
      const button = h(
        'button',
        { type: 'button', class: 'size', onclick: () => onMachine({ 'servers.vcpus': line.vcpus, 'servers.memory_gb': line.memory_gb }, line.name) },
        h('span', {}, `${line.vcpus} vCPU`),
        h('span', {}, `${whole(line.memory_gb)} GB`),
        h('span', {}, `$${fixed(line.price, line.price < 1 ? 3 : 2)}/h`),
      );
      return { ...line, button };
    });
    this.root = h(
      'div',
      { class: 'group catalogue', role: 'group', 'aria-label': t('Machines to rent') },
      h('h3', {}, t('Machines to rent')),
      h('div', { class: 'sizes' }, this.rows.map((row) => row.button)),
      h('p', { class: 'hint', title: source }, t('List prices of {date}, the cheapest of each size. Source: Amazon Web Services, EC2.', { date })),
    );
  }

  show(values) {
    for (const row of this.rows)
      attribute(row.button, 'aria-pressed', row.vcpus === values['servers.vcpus'] && row.memory_gb === values['servers.memory_gb']);
  }
}
